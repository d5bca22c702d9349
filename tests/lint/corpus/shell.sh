#!/bin/sh
sysctl -w net.ipv4.tcp_syncookies=1
sudo sysctl -w "net.ipv4.ip_local_port_range=32768 60999"
sysctl -w net.ipv4.tcp_tw_reuse = 1
sysctl -w net.ipv4.ip_local_port_range=32768 60999
echo 1 > /proc/sys/net/ipv4/tcp_tw_recycle
sudo echo 2 > /proc/sys/net/ipv4/tcp_ecn
echo 0 > /proc/sys/net/ipv4/tcp_timestamps
