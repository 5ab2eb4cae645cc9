/// One function for each kind of step. Each checks at the last moment that it meets what was
/// judged; done twice, the second time is skipped.
#pragma once

#include <string>

#include "apply/files.h"
#include "model/plan.h"

namespace wasession::apply {

/// Removes a lock that names the same ended process as when it was judged. It is renamed first and
/// looked at again under a name that nobody else uses, so that the lock of a gateway that starts
/// meanwhile is put back, not deleted.
Outcome remove_stale_lock(const Step& step, Changes& changes);

/// Takes permission bits away and never adds one. A file with other hard links is left alone: they
/// may be somebody's who needs them.
Outcome restrict_permissions(const Step& step, Changes& changes);

/// Lets the registry set its own file aside, if it still finds that damaged.
Outcome set_registry_aside(const Step& step);

Outcome done(const Step& step, std::string detail);
Outcome skipped(const Step& step, std::string detail);
/// `tried` is a clause: "it can't be opened". `error` is an errno.
Outcome failed(const Step& step, const std::string& tried, int error);

/// What came of a step whose target could not be opened.
Outcome not_opened(const Step& step, int error);

}  // namespace wasession::apply
