# 0: the last version goes. What is removed does not go on running.
if [ "$1" = 0 ] && [ -d /run/systemd/system ]; then
    systemctl --system disable --now appliance.socket appliance-backup.timer appliance.service
fi
