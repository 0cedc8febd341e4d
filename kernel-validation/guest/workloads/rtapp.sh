# An rt-app profile, as exported from a scenario; its logs go to where the run's temporary files are.
cd "$WORK" && timed runs 1 rt-app "$RUN/rtapp.json"
