#include <random>
#include <string>

#include <doctest/doctest.h>

#include "observe/processes/supervisor.h"

namespace wasession::observe {
namespace {

#define ID "4f1c0e5a9b7d3e2f4f1c0e5a9b7d3e2f4f1c0e5a9b7d3e2f4f1c0e5a9b7d3e2f"
constexpr std::string_view kUser = "/user.slice/user-1000.slice/user@1000.service";

/// `systemd openclaw-gateway.service`; `nobody` when no supervisor is seen.
std::string shown(const std::optional<Supervisor>& supervisor) {
  return supervisor ? std::string(to_string(supervisor->kind)) + " " + supervisor->unit : "nobody";
}

std::string by_group(std::string_view path) {
  return shown(supervisor_of_control_group(path));
}

std::string by_user_group(std::string_view below) {
  return by_group(std::string(kUser) + std::string(below));
}

const std::string kSystemd(to_string(SupervisorKind::systemd));
const std::string kSystemdUser(to_string(SupervisorKind::systemd_user));
const std::string kDocker(to_string(SupervisorKind::docker));
const std::string kPodman(to_string(SupervisorKind::podman));
const std::string kKubernetes(to_string(SupervisorKind::kubernetes));

}  // namespace

TEST_SUITE("control groups") {
  TEST_CASE("a service of the system is the unit that systemctl takes") {
    CHECK_EQ(by_group("/system.slice/wacli.service"), kSystemd + " wacli.service");
    CHECK_EQ(by_group("/system.slice/wacli.service/worker"), kSystemd + " wacli.service");
    CHECK_EQ(by_group("/wacli.service"), kSystemd + " wacli.service");
    CHECK_EQ(by_group("/system.slice/system-bot.slice/bot@a.service"), kSystemd + " bot@a.service");
    CHECK_EQ(by_group(R"(/system.slice/system-my\x2dbot.slice/my\x2dbot@a\x2db.service)"),
             kSystemd + R"( my\x2dbot@a\x2db.service)");
    CHECK_EQ(by_group("/system.slice/bot.service (deleted)"), kSystemd + " bot.service");
    CHECK_EQ(by_group("/bots.slice/user-bot.service"), kSystemd + " user-bot.service");
  }

  TEST_CASE("a name that the kernel would take for its own file is read without systemd's escape") {
    CHECK_EQ(by_group("/system.slice/_cpu.service"), kSystemd + " cpu.service");
    CHECK_EQ(by_group("/system.slice/__bot.service"), kSystemd + " _bot.service");
  }

  TEST_CASE("a service of a user's manager is told from one of the system") {
    const std::string gateway = kSystemdUser + " openclaw-gateway.service";
    CHECK_EQ(by_user_group("/app.slice/openclaw-gateway.service"), gateway);
    CHECK_EQ(by_user_group("/openclaw-gateway.service"), gateway);
    CHECK_EQ(by_user_group("/app.slice/openclaw-gateway.service/child"), gateway);
    CHECK_EQ(by_user_group("/app.slice/app-bot.slice/bot@x.service"),
             kSystemdUser + " bot@x.service");
  }

  TEST_CASE("a login session, a desktop program and the managers themselves are no supervisors") {
    CHECK_EQ(by_group("/user.slice/user-1000.slice/session-3.scope"), "nobody");
    CHECK_EQ(by_group("/init.scope"), "nobody");
    CHECK_EQ(by_group("/"), "nobody");
    CHECK_EQ(by_group(""), "nobody");
    CHECK_EQ(by_group("/system.slice"), "nobody");
    CHECK_EQ(by_user_group(""), "nobody");
    CHECK_EQ(by_user_group("/init.scope"), "nobody");
    CHECK_EQ(by_user_group("/app.slice/app-gnome-terminal-4711.scope"), "nobody");
    CHECK_EQ(by_group("/process_api/aba7f61a1474d18b503b56ed7e6cf0bd"), "nobody");
    CHECK_EQ(by_group("/system.slice/.service"), "nobody");
  }

  TEST_CASE("nobody is told to stop the service that lets people in") {
    CHECK_EQ(by_group("/system.slice/ssh.service"), "nobody");
    CHECK_EQ(by_group("/system.slice/system-sshd.slice/sshd@1-10.0.0.1:22-10.0.0.2:9.service"),
             "nobody");
    CHECK_EQ(by_group("/system.slice/cron.service"), "nobody");
    CHECK_EQ(by_group("/system.slice/system-getty.slice/getty@tty1.service"), "nobody");
    CHECK_EQ(by_group("/system.slice/ssh-bot.service"), kSystemd + " ssh-bot.service");
  }

  TEST_CASE("a container is named by the id that its own command takes") {
    CHECK_EQ(by_group("/docker/" ID), kDocker + " 4f1c0e5a9b7d");
    CHECK_EQ(by_group("/docker/" ID "/init"), kDocker + " 4f1c0e5a9b7d");
    CHECK_EQ(by_group("/system.slice/docker-" ID ".scope"), kDocker + " 4f1c0e5a9b7d");
    CHECK_EQ(by_group("/machine.slice/libpod-" ID ".scope"), kPodman + " 4f1c0e5a9b7d");
    CHECK_EQ(by_group("/libpod_parent/libpod-" ID), kPodman + " 4f1c0e5a9b7d");
    CHECK_EQ(by_user_group("/user.slice/libpod-" ID ".scope/container"), kPodman + " 4f1c0e5a9b7d");
    CHECK_EQ(by_group("/user.slice/libpod-" ID ".scope/container"), kPodman + " 4f1c0e5a9b7d");
  }

  TEST_CASE("a unit inside a container is not one of this machine") {
    CHECK_EQ(by_group("/docker/" ID "/system.slice/ssh-bot.service"), kDocker + " 4f1c0e5a9b7d");
    CHECK_EQ(by_group("/machine.slice/systemd-nspawn@box.service/payload/system.slice/bot.service"),
             kSystemd + " systemd-nspawn@box.service");
  }

  TEST_CASE("a podman container that systemd starts is systemd's") {
    CHECK_EQ(by_group("/system.slice/bot.service/libpod-payload-" ID), kSystemd + " bot.service");
  }

  TEST_CASE("what only looks like a container is none") {
    CHECK_EQ(by_group("/docker"), "nobody");
    CHECK_EQ(by_group("/docker/buildkit"), "nobody");
    CHECK_EQ(by_group("/system.slice/docker-bot.scope"), "nobody");
    CHECK_EQ(by_group("/system.slice/docker.service"), kSystemd + " docker.service");
    CHECK_EQ(by_group("/machine.slice/libpod-conmon-" ID ".scope"), "nobody");
    CHECK_EQ(by_group("/other/" ID), "nobody");
  }

  TEST_CASE("a pod is kubernetes', whatever runs its containers") {
    CHECK_EQ(by_group("/kubepods/besteffort/pod2d3f-11/" ID), kKubernetes + " 4f1c0e5a9b7d");
    CHECK_EQ(
        by_group("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod2d3f_11.slice/"
                 "cri-containerd-" ID ".scope"),
        kKubernetes + " 4f1c0e5a9b7d");
    CHECK_EQ(by_group("/kubepods.slice/kubepods-pod2d3f_11.slice/docker-" ID ".scope"),
             kKubernetes + " 4f1c0e5a9b7d");
    CHECK_EQ(by_group("/docker/" ID "/kubelet/kubepods/pod2d3f-11"), kKubernetes + " 2d3f-11");
    CHECK_EQ(by_group("/kubepods.slice/kubepods-burstable-pod2d3f_11.slice"),
             kKubernetes + " 2d3f-11");
  }

  TEST_CASE("either version of control groups tells the unit") {
    const auto in_text = [](std::string_view text) {
      return shown(supervisor_of_control_groups(text));
    };
    CHECK_EQ(in_text("0::/system.slice/bot.service\n"), kSystemd + " bot.service");
    CHECK_EQ(in_text("9:name=systemd:/system.slice/bot.service\n4:memory:/x.service\n0::/\n"),
             kSystemd + " bot.service");
    CHECK_EQ(in_text("0::/system.slice/a:b.service"), kSystemd + " a:b.service");
    CHECK_EQ(in_text("4:memory:/system.slice/bot.service\n"), "nobody");
    CHECK_EQ(in_text("0:\n:\n\n0::\n"), "nobody");
  }

  TEST_CASE(
      "no path at all breaks the reading, and an id that is shown is never longer than twelve") {
    std::mt19937 random(3);
    constexpr std::string_view kPieces[] = {"/",          "docker", "docker-", ID,    ".scope",
                                            ".service",   "user@",  "1000",    "_",   "libpod-",
                                            "kubepods",   "-pod",   ".slice",  "pod", "\xff\n",
                                            " (deleted)", "x",      "0::",     "ssh", "@"};
    for (int round = 0; round < 50'000; ++round) {
      std::string path;
      for (auto pieces = random() % 10; pieces > 0; --pieces) {
        path += kPieces[random() % std::size(kPieces)];
      }
      supervisor_of_control_groups(path);
      const auto found = supervisor_of_control_group(path);
      if (!found) continue;
      if (found->kind == SupervisorKind::docker || found->kind == SupervisorKind::podman) {
        REQUIRE_MESSAGE(found->unit.size() == 12, path);
      } else if (found->kind != SupervisorKind::kubernetes) {
        REQUIRE_MESSAGE(found->unit.ends_with(".service"), path);
        REQUIRE_MESSAGE(found->unit.find('/') == std::string::npos, path);
      }
    }
  }
}

}  // namespace wasession::observe
