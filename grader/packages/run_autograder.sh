#!/usr/bin/env bash
# Grades what lies in /autograder/submission. Nothing there is run, sourced or imported by this or
# by what it starts: the one file to grade is read as bytes. The environment is made anew and the
# current folder is left, so that neither has a say.
set -eu

base=/autograder
cd /

# Whatever happens from here on, nobody takes it for a verdict.
mkdir -p "$base/results"
cp "$base/source/not_graded.json" "$base/results/.results.json"
mv -f "$base/results/.results.json" "$base/results/results.json"

exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME="$base/home" \
  LANG=C.UTF-8 "$base/venv/bin/python" -I -m grader.packages.autograder grade
