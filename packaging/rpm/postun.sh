# 1: an update has replaced the files, and takes effect now. The data stay in any case.
if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload
    [ "$1" != 1 ] || systemctl try-restart appliance.service
fi
