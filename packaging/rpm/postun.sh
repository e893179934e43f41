# 1: an update has replaced the files, and takes effect now. The data stay in any case.
if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload
    if [ "$1" = 1 ] && ! systemctl try-restart appliance.service; then
        echo "appliance: it does not start again; \`systemctl status appliance\` says why" >&2
    fi
fi
