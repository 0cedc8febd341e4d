# Nothing: to see that a kernel boots.
uname -a
