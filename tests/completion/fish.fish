# Called by fish.sh: prints what fish proposes for $argv[2], by the script $argv[1].
source $argv[1]
complete -C $argv[2] | string replace -r '\t.*' ''
