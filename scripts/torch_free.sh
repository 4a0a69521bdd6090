#!/usr/bin/env bash
# Prints the files that must never need torch, for the type checker.
set -euo pipefail
cd "$(dirname "$0")/.."
ls -d src/allears/{__init__,audio,audio_av,audio_blocks,plugins,spec,lazy,user_data,version,versioned,vocabulary,voice_spec}.py \
  src/allears/{archive,assistant,commands,decode,formats,hybrid,meeting,personal,runtime,server,speaking,wyoming} src/allears/understand/*.py \
  src/allears/cli/{__init__,align,app,chat,commands,correct,doctor,enroll,forget,hear,info,me,meet,say,serve,understand,voices,words}.py \
  src/allears/cli/_[a-z]*.py
