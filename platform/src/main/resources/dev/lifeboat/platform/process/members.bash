# Sourced by both launchers. bash, and nothing but /proc and coreutils.

# A pipe that nobody writes to: a read with a timeout from it waits without starting a process.
exec 7<> <(:)
pause() { read -r -t "$1" -u 7 _; }

# Sets REPLY to the clock tick at which a process began (field 22 of /proc/PID/stat; the name in field 2 may hold
# anything, so what counts comes after its last parenthesis). Fails when there is no such process.
started_at() {
    local stat fields
    IFS= read -r -d '' stat 2>/dev/null <"/proc/$1/stat"
    [[ -n ${stat:-} ]] || return 1
    read -r -a fields <<<"${stat##*) }"
    REPLY=${fields[19]}
}

# Fills living with every process that belongs to the tool: of session $2 outside the launcher's own group, descended from
# process $1 (a server puts its children into sessions of their own), or seen as such before (its parent may have gone).
# $1 is 0 when the tool has been collected: its pid may be somebody else's by now. The dead do not count.
declare -a living
declare -A known
find_members() {
    local leader=$1 session=$2 entry pid stat fields
    local -A parent of_session began
    local -a seen=()
    for entry in /proc/[0-9]*; do
        stat=
        IFS= read -r -d '' stat 2>/dev/null <"$entry/stat"
        [[ -n $stat ]] || continue
        pid=${entry#/proc/}
        read -r -a fields <<<"${stat##*) }"
        [[ ${fields[0]} == [ZX] ]] && continue
        seen+=("$pid")
        parent[$pid]=${fields[1]}
        began[$pid]=${fields[19]}
        [[ ${fields[3]} == "$session" && ${fields[2]} != "$session" ]] && of_session[$pid]=1
    done 2>/dev/null
    living=()
    local up
    for pid in "${seen[@]}"; do
        if [[ -n ${of_session[$pid]:-} || ${known[$pid]:-} == "${began[$pid]}" ]]; then
            living+=("$pid")
            continue
        fi
        up=$pid
        while [[ -n $up && $up -gt 1 ]]; do
            if [[ $up == "$leader" ]]; then
                living+=("$pid")
                break
            fi
            up=${parent[$up]:-}
        done
    done
    for pid in "${living[@]}"; do
        known[$pid]=${began[$pid]}
    done
    ((${#living[@]} > 0))
}

# Waits until no member lives, for at most $3 seconds. Fails when some still do.
await_members() {
    local leader=$1 session=$2 give_up=$((${EPOCHREALTIME/[.,]/} + $3 * 1000000))
    while find_members "$leader" "$session"; do
        ((${EPOCHREALTIME/[.,]/} < give_up)) || return 1
        pause 0.05
    done
}

# KILL for every member until none is left: one that is just forking may need a second look.
kill_members() {
    local round
    for round in {1..100}; do
        find_members "$1" "$2" || return 0
        kill -KILL "${living[@]}" 2>/dev/null
        pause 0.02
    done
    return 1
}
