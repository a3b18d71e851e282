# shellcheck shell=bash
# What every script here shares: messages, settings, child processes, the build, leaving in good order.
# Source it first; it sets root, and cleans up when the script ends for whatever reason.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=$root/DrChaffee.Web/bin/Release/net10.0/DrChaffee.Web.dll
progress_fd=1 # where say writes; a command whose output a program reads moves it to 2
scratch=$(mktemp -d "${TMPDIR:-/tmp}/drchaffee.XXXXXX")

# No compiler or build node may stay behind when a script ends.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

say() { printf '%s\n' "$1" >&"$progress_fd"; }

fail() {
    printf '%s\n' "$1" >&2
    exit 1
}

is_true() { [[ ${1,,} =~ ^(true|1|yes|on)$ ]]; }

# --- Settings ---------------------------------------------------------------------------------------

# Takes over the KEY=VALUE lines of a file, without running it. What the environment already has, wins.
load_env_file() {
    local line value
    [[ -f $1 ]] || return 0
    while IFS= read -r line || [[ -n $line ]]; do
        line=${line#$'\xef\xbb\xbf'}
        [[ ${line%$'\r'} =~ ^[[:space:]]*(export[[:space:]]+)?([A-Za-z_][A-Za-z0-9_]*)[[:space:]]*=[[:space:]]*(.*)$ ]] || continue
        value=$(plain_value "${BASH_REMATCH[3]}")
        [[ -v ${BASH_REMATCH[2]} ]] || export "${BASH_REMATCH[2]}=$value"
    done <"$1"
}

# The value as written, less its quotes, or less the comment and the blanks after it.
plain_value() {
    local value=$1
    if [[ $value =~ ^\"([^\"]*)\" || $value =~ ^\'([^\']*)\' ]]; then
        value=${BASH_REMATCH[1]}
    else
        [[ $value != '#'* ]] || value=
        value=${value%%[[:space:]]#*}
        value=${value%"${value##*[![:space:]]}"}
    fi
    printf '%s' "$value"
}

# Reads .env and settles the settings that the scripts themselves need. Relative folders lie in the checkout.
load_settings() {
    load_env_file "$root/.env"
    export PORT=${PORT:-8080} NO_SAMPLES=${NO_SAMPLES:-false}
    DATA_DIR=$(absolute "${DATA_DIR:-.data}")
    MODELS_DIR=$(absolute "${MODELS_DIR:-$DATA_DIR/models}")
    export DATA_DIR MODELS_DIR
    [[ $PORT =~ ^[0-9]{1,5}$ ]] && ((10#$PORT >= 1 && 10#$PORT <= 65535)) || fail "PORT is '$PORT'; set it to a number from 1 to 65535."
    mkdir -p "$DATA_DIR" 2>/dev/null && [[ -w $DATA_DIR ]] || fail "The data folder $DATA_DIR cannot be written; set DATA_DIR to one that can."
}

absolute() { case $1 in /*) printf '%s' "$1" ;; *) printf '%s' "$root/$1" ;; esac; }

port_is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# --- Child processes --------------------------------------------------------------------------------

# Runs a program so that a signal to this script reaches us while it runs, and ends it should we be killed outright.
run_child() {
    env --default-signal=INT,QUIT setpriv --pdeathsig TERM -- "$@" <&0 &
    wait "$!"
}

# Runs a program in silence; if it fails, the end of what it wrote is shown.
quietly() {
    if ! run_child "$@" </dev/null >"$scratch/output" 2>&1; then
        tail -n 15 "$scratch/output" >&2
        return 1
    fi
}

stop_children() {
    local pid tries
    for pid in $(jobs -p); do
        kill -TERM "$pid" 2>/dev/null || continue
        for ((tries = 0; tries < 300; tries++)); do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL "$pid" 2>/dev/null || true
    done
}

leave_cluster() { :; } # postgres.sh has the real one

leave() {
    local status=$?
    trap '' INT TERM HUP
    stop_children
    leave_cluster || true
    rm -rf "$scratch"
    exit "$status"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# --- The build --------------------------------------------------------------------------------------

# Builds the program, with the engines that can be had, unless it is newer than all it is made of.
build_program() {
    local stamp=$root/DrChaffee.Web/obj/.built lock
    mkdir -p "$root"/DrChaffee.{Web,Ingestion,Domain}/{bin,obj}
    exec {lock}>"$root/DrChaffee.Web/obj/.build.lock"
    run_child flock "$lock"
    find_engines
    if ! is_up_to_date "$stamp" || [[ $(<"$stamp") != "${engines[*]}" ]]; then
        say "Building DrChaffee."
        printf '%s\n' "${engines[*]}" >"$scratch/started"
        dotnet_build DrChaffee.Web "${engines[@]}"
        mv "$scratch/started" "$stamp"
    fi
    exec {lock}>&-
}

is_up_to_date() {
    local made_of=("$root"/DrChaffee.{Web,Ingestion,Domain} "$root"/{Directory.*,*.json,.editorconfig})
    [[ ! -d $root/wwwroot-assets ]] || made_of+=("$root/wwwroot-assets")
    [[ -f $1 && -f $program ]] || return 1
    [[ -z $(find "${made_of[@]}" \( -name bin -o -name obj \) -prune -o -newer "$1" -print -quit) ]]
}

engines=() # the build's arguments that turn them on

# Some engines come in packages that a registry may lack. It is asked once; the answer is remembered until the packages or the registries change.
find_engines() {
    local memory=$root/.data/engines asked=(UseWhisperNet UseYoutubeExplode) key names
    ! has_gpu || asked+=(UseCuda)
    key=$({ cat "$root/Directory.Packages.props" "$root"/[Nn]u[Gg]et.[Cc]onfig ~/.nuget/NuGet/NuGet.Config 2>/dev/null || true; } | sha256sum | cut -c1-12)
    key+=" ${asked[*]}"
    if [[ -f $memory && $(head -n 1 "$memory") == "$key" ]]; then
        mapfile -t engines < <(tail -n +2 "$memory")
        return
    fi
    require_dotnet
    say "Asking the package registry for optional engines, once."
    if ask_for_engines "${asked[@]}"; then
        mkdir -p "$root/.data"
        printf '%s\n' "$key" "${engines[@]}" >"$memory"
    else
        say "The package registry did not answer; it is asked again the next time."
    fi
    names=${engines[*]#-p:Use}
    names=${names//=true/}
    say "Optional engines: ${names:-none}."
}

# Restoring asks what the build will ask. An engine that cannot be had is off; false where a registry gave no answer.
ask_for_engines() {
    local property
    for property; do
        if run_child env -C "$root" dotnet restore DrChaffee.Ingestion -v quiet "${engines[@]}" "-p:$property=true" </dev/null >"$scratch/asked" 2>&1; then
            engines+=("-p:$property=true")
        elif grep -q NU1301 "$scratch/asked" || ! grep -q 'NU110[0-3]' "$scratch/asked"; then
            return 1
        fi
    done
}

has_gpu() { command -v nvidia-smi >/dev/null && timeout 10 nvidia-smi -L >/dev/null 2>&1; }

# Builds a project or the solution, with further arguments of dotnet build; shows nothing but errors, each once.
dotnet_build() {
    require_dotnet
    if ! run_child env -C "$root" dotnet build "$@" -c Release -v quiet -p:UseSharedCompilation=false </dev/null >"$scratch/build" 2>&1; then
        { grep -E '(error|warning) [A-Z]+[0-9]+:' "$scratch/build" || tail -n 15 "$scratch/build"; } | sort -u >&2
        fail "The build failed; the lines above say where."
    fi
}

require_dotnet() {
    [[ $(cd "$root" && dotnet --version 2>/dev/null) == 1[0-9].* ]] || fail "The .NET 10 SDK is missing; install it from https://dot.net/download and start again."
}
