# The account, the directories, and what systemd knows. Nothing is started that did not run.
systemd-sysusers /usr/lib/sysusers.d/appliance.conf
systemd-tmpfiles --create /usr/lib/tmpfiles.d/appliance.conf
if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload
fi
