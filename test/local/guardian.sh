#!/bin/sh
# Ends the process groups of a parent that is gone. The parent writes "+ PID" and "- PID" lines on our standard input;
# its end, however it dies, is the end of that input.
groups=
while read -r verb pid; do
  case "$verb" in
    +) groups="$groups $pid" ;;
    -)
      kept=
      for group in $groups; do
        [ "$group" = "$pid" ] || kept="$kept $group"
      done
      groups=$kept
      ;;
  esac
done
for group in $groups; do kill -TERM "-$group" 2>/dev/null; done
for _ in 1 2 3; do
  alive=
  for group in $groups; do
    if kill -0 "-$group" 2>/dev/null; then alive="$alive $group"; fi
  done
  [ -z "$alive" ] && exit 0
  sleep 0.5
done
for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
