# Runs a command in a pseudo-terminal: `terminal.py ROWS COLUMNS command args…`.
# What it writes goes to our standard output, our standard input is what is typed; a line `\x00ROWS COLUMNS` on
# descriptor 3 resizes it. Ends as the command ends.
import fcntl, os, pty, select, signal, struct, sys, termios

rows, columns = int(sys.argv[1]), int(sys.argv[2])
pid, master = pty.fork()
if pid == 0:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execvp(sys.argv[3], sys.argv[3:])


def resize(rows, columns):
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


resize(rows, columns)
inputs = [master, 0, 3]
while True:
    ready, _, _ = select.select(inputs, [], [])
    if master in ready:
        try:
            data = os.read(master, 65536)
        except OSError:  # the other end is closed
            break
        if not data:
            break
        os.write(1, data)
    if 0 in ready:
        data = os.read(0, 4096)
        if data:
            os.write(master, data)
        else:
            inputs.remove(0)
    if 3 in ready:
        data = os.read(3, 4096)
        if data:
            resize(*(int(each) for each in data.decode().split()[-2:]))
        else:
            inputs.remove(3)
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status) if not os.WIFSIGNALED(status) else 128 + os.WTERMSIG(status))
