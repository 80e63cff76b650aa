#!/bin/sh
# Checks this copy of an audit log with openssl (3.0 or newer) and sha256sum alone. It knows nothing
# of the program that wrote the log, needs no network and changes nothing.
#
#   sh verify.sh [KEY [KEPT]]
#
# KEY   the log's public key, name+id+base64, as you have it from elsewhere; without it, the key in
#       this folder is believed, which shows only that the folder agrees with itself.
# KEPT  a checkpoint that you kept earlier; the log must still begin with what it signed.
#
# Exit status: 0 if everything is as it was signed, 1 if anything is not.
#
# What is checked: the signature of the checkpoint and the cosignatures of the witnesses; that the
# entries hash to the signed root (RFC 9162, section 2.1); that every tile is what the entries give
# (C2SP tlog-tiles); that no file in tile/ is of another origin.
set -eu
LC_ALL=C
export LC_ALL

fail() {
    echo "BAD  $*" >&2
    exit 1
}

kept=${2:-}
case $kept in '' | /*) ;; *) kept=$PWD/$kept ;; esac
cd -- "$(dirname -- "$0")"
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
trap 'exit 1' INT TERM HUP
mkdir "$T/f"

# --- Signatures: C2SP signed-note and tlog-cosignature ---------------------------------------------

hex() { od -An -v -tx1 | tr -d ' \n'; }

# read_key VKEY TYPE: sets name and id; leaves the key for openssl in $T/key.
read_key() {
    name=${1%%+*}
    rest=${1#*+}
    id=${rest%%+*}
    printf '%s' "${rest#*+}" | openssl base64 -d -A >"$T/raw"
    [ "$(wc -c <"$T/raw")" -eq 33 ] && [ "$(head -c 1 "$T/raw" | hex)" = "$2" ] ||
        fail "this is not a key of the kind that is needed: $1"
    sum=$({ printf '%s\n' "$name" && cat "$T/raw"; } | sha256sum | cut -c 1-8)
    [ "$sum" = "$id" ] || fail "a key does not have the id that it claims: $1"
    { printf '\060\052\060\005\006\003\053\145\160\003\041\000' && tail -c 32 "$T/raw"; } >"$T/key"
}

# split_note FILE: the signed text goes to $T/text, the lines of signatures to $T/lines.
split_note() {
    sed '/^$/,$d' "$1" >"$T/text"
    sed '1,/^$/d' "$1" >"$T/lines"
    others=$(grep -c -v "^$(printf '\342\200\224') [^ ][^ ]* [A-Za-z0-9+/=]*\$" "$T/lines" || :)
    [ "$others" = 0 ] || fail "a line of $1 is not a signature"
}

# signed_by VKEY TYPE: the note that was split carries a valid signature of this key.
signed_by() {
    read_key "$1" "$2"
    while read -r _ who encoded; do
        [ "$who" = "$name" ] || continue
        printf '%s' "$encoded" | openssl base64 -d -A >"$T/sig"
        [ "$(head -c 4 "$T/sig" | hex)" = "$id" ] || continue
        when=
        if [ "$2" = 04 ]; then
            [ "$(wc -c <"$T/sig")" -eq 76 ] || continue
            when=$((0x$(tail -c 72 "$T/sig" | head -c 8 | hex)))
            { printf 'cosignature/v1\ntime %s\n' "$when" && cat "$T/text"; } >"$T/message"
        else
            [ "$(wc -c <"$T/sig")" -eq 68 ] || continue
            cp "$T/text" "$T/message"
        fi
        tail -c 64 "$T/sig" >"$T/only"
        if openssl pkeyutl -verify -pubin -keyform DER -inkey "$T/key" -rawin \
            -in "$T/message" -sigfile "$T/only" >/dev/null 2>&1; then
            return 0
        fi
    done <"$T/lines"
    return 1
}

# open_note FILE: sets size and root, in hexadecimal, from a checkpoint that the log's key signed.
open_note() {
    [ -f "$1" ] || fail "there is no $1"
    split_note "$1"
    signed_by "$vkey" 01 || fail "$1 is not signed by the log's key"
    [ "$(sed -n 1p "$T/text")" = "$name" ] || fail "$1 is of another log"
    size=$(sed -n 2p "$T/text")
    case $size in 0 | [1-9]*) ;; *) fail "$1 has no size" ;; esac
    case $size in *[!0-9]*) fail "$1 has no size" ;; esac
    root=$(sed -n 3p "$T/text" | tr -d '\n' | openssl base64 -d -A | hex)
}

# --- Hashes: RFC 9162, section 2.1 -----------------------------------------------------------------

# run_hashing: runs $T/script where it may write its files.
run_hashing() { (cd "$T/f" && rm -f -- ??? && sh "$T/script"); }

# leaves FILE WIDTH: prints the hash of 0x00 and the entry, for each entry of a bundle.
leaves() {
    od -An -v -tu1 "$1" | awk -v width="$2" '
        BEGIN { high = -1 }
        function finish() { printf "'\'' >%03d\n", count++ }
        function take(byte) {
            if (left) { printf "\\0%03o", byte; if (!--left) finish(); return }
            if (high < 0) { high = byte; return }
            left = high * 256 + byte; high = -1
            printf "printf %%b '\''\\0000"
            if (!left) finish()
        }
        { for (i = 1; i <= NF; i++) take($i) }
        END { if (left || high >= 0 || count != width) exit 1; print "sha256sum ???" }
    ' >"$T/script" || fail "$1 does not hold $2 whole entries"
    run_hashing | cut -c 1-64
}

# parents FILE: prints the hashes one level up; the last of an odd number goes up as it is.
parents() {
    awk '
        BEGIN { for (i = 0; i < 256; i++) octal[sprintf("%02x", i)] = sprintf("\\0%03o", i) }
        function bytes(hash,  i) { for (i = 1; i < 64; i += 2) printf "%s", octal[substr(hash, i, 2)] }
        function flush() { if (count) print "sha256sum ???; rm -f ???"; count = 0 }
        NR % 2 { left = $1; next }
        {
            printf "printf %%b '\''\\0001"; bytes(left); bytes($1)
            printf "'\'' >%03d\n", count++
            if (count == 512) flush()
        }
        END { flush(); if (NR % 2) print "echo " left }
    ' "$1" >"$T/script"
    run_hashing | cut -c 1-64
}

# path INDEX: the index as C2SP writes it, x001/x234/067.
path() {
    rest=$(($1 / 1000))
    encoded=$(printf '%03d' $(($1 % 1000)))
    while [ "$rest" -gt 0 ]; do
        encoded=$(printf 'x%03d/%s' $((rest % 1000)) "$encoded")
        rest=$((rest / 1000))
    done
    printf '%s' "$encoded"
}

# files KIND COUNT: prints path and width of the files over this many entries or hashes.
files() {
    at=0
    while [ $((at + 256)) -le "$2" ]; do
        echo "tile/$1/$(path $((at / 256))) 256"
        at=$((at + 256))
    done
    [ "$at" -eq "$2" ] || echo "tile/$1/$(path $((at / 256))).p/$(($2 - at)) $(($2 - at))"
}

# check_tiles LEVEL COUNT FILE: the tiles of a level hold the first COUNT hashes of FILE.
check_tiles() {
    files "$1" "$2" >"$T/tiles"
    : >"$T/stored"
    while read -r tile width; do
        [ -f "$tile" ] || fail "there is no $tile"
        [ "$(wc -c <"$tile")" -eq $((width * 32)) ] || fail "$tile has another length"
        cat "$tile" >>"$T/stored"
        echo "$tile" >>"$T/expected"
    done <"$T/tiles"
    head -n "$2" "$3" >"$T/should"
    hex <"$T/stored" | fold -w 64 >"$T/are"
    [ ! -s "$T/are" ] || echo >>"$T/are"
    cmp -s "$T/should" "$T/are" || fail "a tile of level $1 is not what the entries give"
}

# check_root FILE COUNT ROOT [TILES]: the hashes in FILE have this root; with TILES, the tiles too.
check_root() {
    cp "$1" "$T/level"
    height=0
    while :; do
        whole=$(($2 >> height))
        if [ -n "${4:-}" ] && [ $((height % 8)) -eq 0 ] && [ "$whole" -gt 0 ]; then
            check_tiles $((height / 8)) "$whole" "$T/level"
        fi
        [ "$(wc -l <"$T/level")" -gt 1 ] || break
        parents "$T/level" >"$T/above"
        mv "$T/above" "$T/level"
        height=$((height + 1))
    done
    found=$(cat "$T/level")
    [ "$2" -gt 0 ] || found=$(printf '' | sha256sum | cut -c 1-64)
    [ "$found" = "$3" ]
}

# --- What is checked, in order ---------------------------------------------------------------------

[ -f log.vkey ] || fail "there is no log.vkey"
vkey=${1:-$(cat log.vkey)}
[ "$vkey" = "$(cat log.vkey)" ] || fail "the key in this folder is not the one that you gave"

# 1. The checkpoint is signed by the log, and by every witness that the folder names.
open_note checkpoint
if [ -f witnesses ]; then
    while read -r witness; do
        signed_by "$witness" 04 || fail "the checkpoint is not cosigned by $name"
        echo "ok   cosigned by $name at $when seconds since 1970"
    done <witnesses
fi

# 2. The entries lead to the signed root, and the tiles are what the entries give.
: >"$T/leaves"
files entries "$size" >"$T/bundles"
while read -r bundle width; do
    [ -f "$bundle" ] || fail "there is no $bundle"
    echo "$bundle" >>"$T/expected"
    leaves "$bundle" "$width" >>"$T/leaves"
done <"$T/bundles"
check_root "$T/leaves" "$size" "$root" tiles || fail "the entries are not what was signed"

# 3. What else lies in tile/ is an older, shorter form of a file that was checked.
if [ -d tile ]; then
    find tile ! -type d | sort >"$T/all"
    sort "$T/expected" | comm -13 - "$T/all" >"$T/others"
    while read -r other; do
        whole=$(grep -F "${other%.p/*}" "$T/expected" | head -n 1)
        [ "$other" != "${other%.p/*}" ] && [ -f "$whole" ] || fail "$other does not belong here"
        head -c "$(wc -c <"$other")" "$whole" | cmp -s - "$other" || fail "$other was changed"
    done <"$T/others"
fi
echo "ok   $size entries of $(sed -n 1p "$T/text"), as they were signed"

# 4. The log still begins with what was kept earlier.
if [ -n "$kept" ]; then
    now=$size
    open_note "$kept"
    [ "$size" -le "$now" ] || fail "the log was cut: you kept a checkpoint over $size entries"
    head -n "$size" "$T/leaves" >"$T/first"
    check_root "$T/first" "$size" "$root" || fail "the log was rewritten since you kept yours"
    echo "ok   the first $size entries are those of the checkpoint that you kept"
fi
[ -n "${1:-}" ] || echo "     the key was taken from this folder; compare it: $vkey"
