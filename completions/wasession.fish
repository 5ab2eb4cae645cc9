# fish completion for wasession, made by: wasession completion fish

function __wasession_live
    command wasession __complete $argv[1] 2>/dev/null
end

# Several with commas between them: what stands before the last comma stays.
function __wasession_live_list
    set -l before (string match -r '^.*,' -- (commandline -ct | string replace -r '^--[^=]*=' ''))
    for line in (__wasession_live $argv[1])
        echo "$before$line"
    end
end

# The command that is typed, nothing while there is none; run's arguments are another program's.
function __wasession_command
    set -l words (commandline -opc)
    set -e words[1]
    while set -q words[1]
        switch $words[1]
            case --root --endpoint --registry --color
                set -e words[1]
            case '-*'
            case '*'
                echo $words[1]
                return
        end
        set -e words[1]
    end
end

function __wasession_is
    test "$(__wasession_command)" = $argv[1]
    and not __wasession_behind_dashes
end

function __wasession_behind_dashes
    contains -- -- (commandline -opc)
    and test "$(__wasession_command)" = run
end

function __wasession_other_command
    set -l words (commandline -opc)
    set -l dashes (contains -i -- -- $words)
    set -l typed (string escape -- $words[(math $dashes + 1)..-1]) (commandline -ct)
    complete -C (string join ' ' -- $typed)
end

complete -c wasession -f
complete -c wasession -n __wasession_behind_dashes -a '(__wasession_other_command)'

complete -c wasession -n 'not __wasession_behind_dashes' -s h -l help -d 'Print this help message and exit'
complete -c wasession -n 'not __wasession_behind_dashes' -l version -d 'Display program version information and exit'
complete -c wasession -n 'not __wasession_behind_dashes' -l json -d 'One JSON object on stdout; wasession-json(5) says what is in it'
complete -c wasession -n 'not __wasession_behind_dashes' -l redact -d 'Mask numbers and names, for pasting into a bug report'
complete -c wasession -n 'not __wasession_behind_dashes' -l root -x -a '(__fish_complete_directories (commandline -ct))' -d 'Look in and below DIR too (repeatable; also WASESSION_PATH, colon separated)'
complete -c wasession -n 'not __wasession_behind_dashes' -l only-root -d 'Look nowhere but in the --root directories'
complete -c wasession -n 'not __wasession_behind_dashes' -l endpoint -x -d 'An address that counts as WhatsApp\'s, as a number or from /etc/hosts: a proxy, a test server (repeatable; also WASESSION_ENDPOINTS, comma separated)'
complete -c wasession -n 'not __wasession_behind_dashes' -l registry -r -F -d 'The session registry (also WASESSION_REGISTRY)'
complete -c wasession -n 'not __wasession_behind_dashes' -l color -x -a 'auto always never' -d 'Colour: auto (on a terminal), always or never'
complete -c wasession -n 'not __wasession_behind_dashes' -s q -l quiet -d 'No warnings and no progress on stderr'
complete -c wasession -n 'not __wasession_behind_dashes' -s v -l verbose -d 'Say on stderr how much was searched and read'

complete -c wasession -n 'test -z "$(__wasession_command)"' -a list -d 'Every WhatsApp credential on this machine'
complete -c wasession -n '__wasession_is list' -l columns -x -a '(__wasession_live_list columns)' -d 'Columns to show, comma separated'
complete -c wasession -n '__wasession_is list' -l sort -x -a '(__wasession_live sort-keys)' -d 'Order by this column'
complete -c wasession -n '__wasession_is list' -l watch -d 'Again every 2 seconds, until interrupted'
complete -c wasession -n '__wasession_is list' -a '(__wasession_live sessions)'

complete -c wasession -n 'test -z "$(__wasession_command)"' -a who-holds -d 'Which process uses a credential right now, and how that is known'
complete -c wasession -n '__wasession_is who-holds' -l deep -d 'Also look for the credentials in the memory of clients (root, or one\'s own)'
complete -c wasession -n '__wasession_is who-holds' -l watch -x -d 'Also watch for so long who writes to the stores (root); 90 catches every client that retries'
complete -c wasession -n '__wasession_is who-holds' -a '(__wasession_live sessions)'

complete -c wasession -n 'test -z "$(__wasession_command)"' -a doctor -d 'Why WhatsApp answers 440 (or else), and what to type'
complete -c wasession -n '__wasession_is doctor' -l since -x -d 'How far back logs count: 30m, 24h, 7d, or a date and time'
complete -c wasession -n '__wasession_is doctor' -l log -r -F -d 'Read this log, too (repeatable; .gz as well)'
complete -c wasession -n '__wasession_is doctor' -l fix -d 'Cure what can\'t lose anything: stale locks, permissions, a damaged registry'
complete -c wasession -n '__wasession_is doctor' -l fail-on -x -a 'warning error' -d 'End with 1 from this severity on'
complete -c wasession -n '__wasession_is doctor' -l only -x -a '(__wasession_live codes)' -d 'Only findings of this code (repeatable)'
complete -c wasession -n '__wasession_is doctor' -a '(__wasession_live sessions)'

complete -c wasession -n 'test -z "$(__wasession_command)"' -a disconnect -d 'Stop who uses a credential, so that it stays stopped; without SESSION, end every conflict and keep the right one'
complete -c wasession -n '__wasession_is disconnect' -l keep -x -a '(__wasession_live sessions)' -d 'Who holds this one stays (repeatable; pid:N keeps that process)'
complete -c wasession -n '__wasession_is disconnect' -l force -d 'Stop on likely evidence too, kill what does not end, and do not ask'
complete -c wasession -n '__wasession_is disconnect' -l timeout -x -d 'How long a process may take to end'
complete -c wasession -n '__wasession_is disconnect' -l dry-run -d 'Show what would be done, and do nothing'
complete -c wasession -n '__wasession_is disconnect' -s y -l yes -d 'Do not ask'
complete -c wasession -n '__wasession_is disconnect' -a '(__wasession_live sessions)'

complete -c wasession -n 'test -z "$(__wasession_command)"' -a purge-creds -d 'Remove credentials, and nothing else, to where restore finds them'
complete -c wasession -n '__wasession_is purge-creds' -l stale -d 'Only those unused for over 30 days (filters narrow each other)'
complete -c wasession -n '__wasession_is purge-creds' -l logged-out -d 'Only those that WhatsApp has removed'
complete -c wasession -n '__wasession_is purge-creds' -l older-than -x -d 'Only those not used since: 45d, a date'
complete -c wasession -n '__wasession_is purge-creds' -l no-quarantine -d 'Delete for good, at once'
complete -c wasession -n '__wasession_is purge-creds' -l force -d 'Disconnect who uses them first, and do not ask'
complete -c wasession -n '__wasession_is purge-creds' -l timeout -x -d 'How long a process may take to end'
complete -c wasession -n '__wasession_is purge-creds' -l dry-run -d 'Show what would be done, and do nothing'
complete -c wasession -n '__wasession_is purge-creds' -s y -l yes -d 'Do not ask'
complete -c wasession -n '__wasession_is purge-creds' -a '(__wasession_live sessions)'

complete -c wasession -n 'test -z "$(__wasession_command)"' -a restore -d 'Put a purged credential back; without an id, list them'
complete -c wasession -n '__wasession_is restore' -l list -d 'Show what is in quarantine'
complete -c wasession -n '__wasession_is restore' -l dry-run -d 'Show what would be done, and do nothing'
complete -c wasession -n '__wasession_is restore' -a '(__wasession_live quarantine)'

complete -c wasession -n 'test -z "$(__wasession_command)"' -a serve -d 'Health, findings and metrics over HTTP, until it is told to stop'
complete -c wasession -n '__wasession_is serve' -l unix -r -F -d 'Listen on a Unix socket with mode 0600'
complete -c wasession -n '__wasession_is serve' -l listen -x -d 'Listen there; port 0 lets the system choose one'
complete -c wasession -n '__wasession_is serve' -l allow-remote -d 'Listen on an address that other machines reach; needs --token-file'
complete -c wasession -n '__wasession_is serve' -l token-file -r -F -d 'Answer only requests with this bearer token: 16 characters or more in a file that nobody else may read'
complete -c wasession -n '__wasession_is serve' -l host -x -d 'A name that requests may ask for, besides localhost and addresses (repeatable)'
complete -c wasession -n '__wasession_is serve' -l show-numbers -d 'Show phone numbers, names and arguments, which are masked as by --redact'
complete -c wasession -n '__wasession_is serve' -l refresh -x -d 'Look at the machine again when answers are older; twice as old, wait for it'
complete -c wasession -n '__wasession_is serve' -l since -x -d 'How far back logs count: 30m, 24h, 7d, or a date and time'
complete -c wasession -n '__wasession_is serve' -l log -r -F -d 'Read this log, too (repeatable; .gz as well)'
complete -c wasession -n '__wasession_is serve' -l fail-on -x -a 'warning error' -d '/healthz answers 503 from this severity on'

complete -c wasession -n 'test -z "$(__wasession_command)"' -a run -d 'Start a command as the only one that uses an account: run [OPTIONS] -- COMMAND…'
complete -c wasession -n '__wasession_is run' -l session -x -a '(__wasession_live sessions)' -d 'What the command uses (repeatable); by default what an openclaw or wacli command uses, else the only account'
complete -c wasession -n '__wasession_is run' -l account -x -a '(__wasession_live phones)' -d 'The account that the command uses'
complete -c wasession -n '__wasession_is run' -l wait -x -d 'Wait so long for another session to end'
complete -c wasession -n '__wasession_is run' -l take-over -d 'Disconnect another session first (--force)'
complete -c wasession -n '__wasession_is run' -l per-device -d 'Let other linked devices of the account be: only the same credential is in the way'

complete -c wasession -n 'test -z "$(__wasession_command)"' -a completion -d 'Print the completion script of a shell'
complete -c wasession -n '__wasession_is completion' -a 'bash zsh fish'
