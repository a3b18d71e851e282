# shellcheck shell=bash
# Installs what a machine lacks, with apt. A machine that has everything is left alone and apt is not asked.

readonly least_postgres=15 least_pgvector=0.8
apt_is_fresh=false

# The newest PostgreSQL server that is new enough, one with pgvector before one without; empty if there is none.
postgres_version() {
    local folder version best=
    while read -r folder; do
        version=$(basename "$folder")
        [[ $version =~ ^[0-9]+$ && -x $folder/bin/initdb ]] && ((version >= least_postgres)) || continue
        if has_pgvector "$version"; then
            printf '%s' "$version"
            return
        fi
        best=${best:-$version}
    done < <(printf '%s\n' /usr/lib/postgresql/* | sort -rV)
    printf '%s' "$best"
}

has_pgvector() {
    local control=/usr/share/postgresql/$1/extension/vector.control version
    [[ -f $control && -f /usr/lib/postgresql/$1/lib/vector.so ]] || return 1
    version=$(sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" "$control")
    dpkg --compare-versions "$version" ge "$least_pgvector"
}

install_postgres() {
    local version
    if [[ -z $(postgres_version) ]]; then
        install_server
        [[ -n $(postgres_version) ]] || fail "This system's PostgreSQL is older than $least_postgres; set DATABASE_URL to a newer one with pgvector."
    fi
    version=$(postgres_version)
    has_pgvector "$version" || install_pgvector "$version"
}

# Debian's package makes a cluster and starts it on port 5432; nobody here wants that one.
install_server() {
    local folder=/etc/postgresql-common/createcluster.d
    local file=$folder/drchaffee.conf
    become_root "PostgreSQL is" postgresql
    if [[ ! -e /etc/postgresql-common/createcluster.conf ]]; then
        "${as_root[@]}" mkdir -p "$folder"
        echo "create_main_cluster = false" | "${as_root[@]}" tee "$file" >/dev/null
    fi
    apt_install "PostgreSQL is" postgresql
    "${as_root[@]}" rm -f "$file"
}

install_pgvector() {
    local package=postgresql-$1-pgvector candidate
    become_root "pgvector is" "$package"
    apt_refresh
    candidate=$(apt-cache policy "$package" | sed -n 's/^ *Candidate: //p')
    if [[ ${candidate:-(none)} != '(none)' ]] && dpkg --compare-versions "$candidate" ge "$least_pgvector"; then
        apt_install "pgvector is" "$package"
    else
        build_pgvector "$1"
    fi
    has_pgvector "$1" || fail "pgvector $least_pgvector for PostgreSQL $1 could not be installed; set DATABASE_URL to a PostgreSQL that has it."
}

# The system's release has no pgvector, or an old one: its next release's source package is built for this one.
build_pgvector() {
    local folder=$scratch/pgvector sources tools=("postgresql-server-dev-$1" make gcc libc6-dev)
    local builder=(make -s -C "$folder/source" "PG_CONFIG=/usr/lib/postgresql/$1/bin/pg_config" OPTFLAGS= with_llvm=no)
    # An old keyring lacks the next release's key.
    [[ $(os_release ID) != debian ]] || tools+=(debian-archive-keyring)
    apt_install "The tools that build pgvector are" "${tools[@]}"
    say "Building pgvector from source, once."
    mkdir -p "$folder"/{source,lists/partial,cache/archives/partial}
    next_release_sources >"$folder/next.sources"
    sources=(-q -o "Dir::Etc::SourceList=/dev/null" -o "Dir::Etc::SourceParts=$folder" -o "Dir::State::Lists=$folder/lists"
        -o "Dir::Cache=$folder/cache" -o "APT::Sandbox::User=$(id -un)")
    quietly apt-get "${sources[@]}" update && quietly env -C "$folder" apt-get "${sources[@]}" source --download-only pgvector ||
        fail "The source of pgvector could not be fetched; see that the network and apt work, and start again."
    tar -xzf "$folder"/pgvector_*.orig.tar.gz -C "$folder/source" --strip-components=1
    quietly "${builder[@]}" || fail "pgvector did not build; the lines above say why."
    quietly "${as_root[@]}" "${builder[@]}" install || fail "pgvector could not be installed into PostgreSQL's folders; the lines above say why."
}

# An apt source of the release that has pgvector 0.8, on the mirror that this machine already uses.
next_release_sources() {
    local codename system suite=trixie component=main uri keys
    codename=$(os_release VERSION_CODENAME)
    system=$(os_release ID)
    [[ $system != ubuntu ]] || { suite=resolute component=universe; }
    # shellcheck disable=SC2016
    uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $codename" "Component: main" | head -n 1)
    [[ -n $uri ]] || fail "No apt source of this system was found to fetch pgvector from; set DATABASE_URL to a PostgreSQL that has it."
    keys=/usr/share/keyrings/$system-archive-keyring.gpg
    [[ -f $keys ]] || keys=
    printf '%s\n' "Types: deb-src" "URIs: $uri" "Suites: $suite" "Components: $component" ${keys:+"Signed-By: $keys"}
}

os_release() { sed -n "s/^$1=\"\?\([^\"]*\)\"\?$/\1/p" /etc/os-release; }

# install_commands NAME=PACKAGE…: installs the packages whose command is not there.
install_commands() {
    local pair packages=()
    for pair; do
        command -v "${pair%%=*}" >/dev/null || packages+=("${pair#*=}")
    done
    case ${#packages[@]} in
        0) ;;
        1) apt_install "${packages[*]} is" "${packages[@]}" ;;
        *) apt_install "${packages[*]} are" "${packages[@]}" ;;
    esac
}

# Finds a browser for the end-to-end tests, or says how to get one; they are skipped without.
install_browser() {
    local name
    if [[ ! -x ${CHROMIUM_PATH:-} ]]; then
        CHROMIUM_PATH=
        for name in chromium google-chrome-stable google-chrome; do
            CHROMIUM_PATH=$(command -v "$name") && break
        done
    fi
    if [[ -z $CHROMIUM_PATH ]] && [[ $(os_release ID) == debian ]]; then
        apt_install "Chromium is" chromium
        CHROMIUM_PATH=$(command -v chromium)
    fi
    [[ -n $CHROMIUM_PATH ]] || say "No browser: the end-to-end tests are skipped; install google-chrome, or set CHROMIUM_PATH."
    export CHROMIUM_PATH
}

# The tests of yt-dlp run the real one; they are skipped without.
install_ytdlp() {
    command -v yt-dlp >/dev/null && return
    if [[ $(os_release ID) == debian ]]; then
        apt_install "yt-dlp is" yt-dlp
    else
        say "No yt-dlp: its tests are skipped; install it to run them."
    fi
}

# apt_install WHAT_IS PACKAGE…
apt_install() {
    become_root "$@"
    apt_refresh
    say "Installing ${*:2}."
    quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        -o DPkg::Lock::Timeout=600 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "${@:2}" ||
        fail "apt-get could not install ${*:2}; the lines above say why."
}

apt_refresh() {
    ! $apt_is_fresh || return 0
    say "Refreshing apt's package lists."
    quietly "${as_root[@]}" apt-get update -q -o DPkg::Lock::Timeout=600 || fail "apt-get update failed; see that the network works, and start again."
    apt_is_fresh=true
}

as_root=()

# become_root WHAT_IS PACKAGE…: from here on "${as_root[@]}" in front of a command runs it as root.
become_root() {
    ((EUID != 0 && ${#as_root[@]} == 0)) || return 0
    command -v sudo >/dev/null && sudo -v || fail "$1 missing and this user may not install it; ask an administrator for: apt-get install ${*:2}"
    as_root=(sudo)
}
