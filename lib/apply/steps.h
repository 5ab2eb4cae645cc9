/// One function for each kind of step. Each checks at the last moment that it meets what was
/// judged; done twice, the second time is skipped.
#pragma once

#include <string>

#include "apply/apply.h"
#include "apply/files.h"
#include "model/plan.h"

namespace wasession::apply {

/// Removes a lock that names the same ended process as when it was judged. It is renamed first and
/// looked at again under a name that nobody else uses, so that the lock of a gateway that starts
/// meanwhile is put back, not deleted. Where means.quarantine is given, a note there tells
/// recover() of the renaming, should this be its last moment.
Outcome remove_stale_lock(const Step& step, const Means& means);

/// The same without a note; `aside` is the name in between.
Outcome remove_stale_lock(const Step& step, Changes& changes,
                          const std::string& aside = random_name());

/// Takes permission bits away and never adds one. A file with other hard links is left alone: they
/// may be somebody's who needs them.
Outcome restrict_permissions(const Step& step, Changes& changes);

/// Lets the registry set its own file aside, if it still finds that damaged.
Outcome set_registry_aside(const Step& step);

/// Takes wacli's LOCK as soon as it is free, and holds it until all steps are taken.
Outcome take_lock(const Step& step, HeldLocks& locks);

/// Lets OpenClaw 2026.9 end one account (RPC `channels.stop` through its CLI). Skipped when there
/// is no CLI, when it does not answer in time, or when the gateway has not let go of the account.
Outcome stop_channel(const Step& step, const Means& means);

/// Stops what would start the process again through its own command, and waits for the process.
/// Done when the command was, even if the process is still there.
Outcome stop_unit(const Step& step, const Means& means);

/// SIGTERM, and after the timeout SIGKILL if the step says so, to the very process that was judged.
Outcome end_process(const Step& step, const Means& means);

/// Looks again and again whether somebody holds the session who did not before, and says who it is
/// and who started it.
Outcome watch_for_return(const Step& step, const Means& means);

/// Moves one credential into the quarantine, from where `restore` puts it back: of a Baileys
/// directory the files of the allow-list (lib/model/baileys_files.h), of a database a copy of the
/// device's rows, which are then deleted. Nothing is changed when anything fails.
Outcome quarantine(const Step& step, const Means& means);

/// The same without a way back.
Outcome erase(const Step& step, const Means& means);

/// Puts an entry of the quarantine back. Refuses to overwrite, and nothing is changed then.
Outcome restore(const Step& step, const Means& means);

Outcome done(const Step& step, std::string detail);
Outcome skipped(const Step& step, std::string detail);
/// Failed, though the machine would have allowed it: something is left standing.
Outcome refused(const Step& step, std::string detail);
/// `tried` is a clause: "it can't be opened". `error` is an errno.
Outcome failed(const Step& step, const std::string& tried, int error);

/// What came of a step whose target could not be opened.
Outcome not_opened(const Step& step, int error);

}  // namespace wasession::apply
