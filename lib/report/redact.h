/// Masks who is behind the sessions, for output that goes into a bug report.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/finding.h"
#include "model/plan.h"
#include "model/quarantine.h"
#include "model/snapshot.h"

namespace wasession::report {

/// The digits of a phone number or LID with the middle masked: `15*******67`. What is no digit
/// stays.
std::string mask_number(std::string_view digits);

/// Any text with every number of seven or more digits masked, also one written with separators
/// (`+1 555-123-4567`), and the user's name in `/home/NAME` and `/Users/NAME`.
std::string mask_text(std::string_view text);

/// mask_text(), and the push names of `snapshot` masked too, however they are capitalised.
std::string redact_text(std::string_view text, const Snapshot& snapshot);

/// The Snapshot with phone numbers, LIDs and push names masked, also inside ids, paths, problems
/// and warnings. Fingerprints stay: they say nothing about a person.
Snapshot redact(Snapshot snapshot);

/// The same for what doctor says about the (unmasked) Snapshot.
void redact(std::vector<Finding>& findings, Plan& plan, std::vector<Outcome>& outcomes,
            const Snapshot& snapshot);

/// The same for what disconnect, purge-creds and restore do and did.
void redact(Decision& decision, std::vector<Outcome>& outcomes, const Snapshot& snapshot);

/// The same for what is in quarantine; push names are those of `snapshot`. Ids of entries stay as
/// far as they hold no number and no name.
void redact(std::vector<Quarantined>& entries, const Snapshot& snapshot);

}  // namespace wasession::report
