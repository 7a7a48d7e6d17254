# SPDX-License-Identifier: GPL-2.0
#
# Both ends of the mail that a pair of routers forwards.
#
#   failover.py server ADDRESS CERT KEY LOG	stores each message; LOG has a line for
#						each one, and for each end that was no QUIT
#   failover.py senders ADDRESS N		N of four kinds, each in the middle of
#						something; says "ready", and at the next
#						line of stdin what becomes of them
#
# Kinds: "data" is within a message and stays silent, "stream" within one and goes on
# sending, "tls" has begun TLS, "resized" has a server whose EHLO reply was shortened and
# has sent a line that was lengthened. From that line on each says AFTER, which the server
# must never read: the message that was begun is lost with its connection, and sent again.
import socket, socketserver, ssl, sys, threading, time

AFTER = b"AFTER-THE-ROUTER-DIED"
KINDS = ("data", "stream", "tls", "resized")
LIMIT = 30			# seconds for an answer


class Server(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text + b"\r\n")

    def line(self):
        line = self.rfile.readline(65536)
        if AFTER in line:
            log("unread", line.decode("latin-1").strip())
        if not line:
            raise ConnectionResetError
        return line

    def start_tls(self):
        self.say(b"220 go")
        self.request = tls.wrap_socket(self.request, server_side=True)
        self.rfile = self.request.makefile("rb")
        self.wfile = self.request.makefile("wb", 0)

    def take_message(self):
        self.say(b"354 go")
        name = None
        while (line := self.line()) != b".\r\n":
            if line.startswith(b"X-Name:"):
                name = line.split()[1].decode()
        log("stored", name)
        self.say(b"250 taken")

    def handle(self):
        try:
            self.say(b"220 mx.example.net ESMTP")
            while True:
                verb = self.line().split()[0].upper()
                if verb == b"EHLO":
                    self.say(b"250-mx\r\n250-SIZE 10000000\r\n250 STARTTLS")
                elif verb == b"STARTTLS":
                    self.start_tls()
                elif verb == b"DATA":
                    self.take_message()
                elif verb == b"QUIT":
                    return self.say(b"221 bye")
                else:
                    self.say(b"250 ok")
        except (OSError, IndexError):
            log("ended", "")


def log(what, text):
    with lock, open(sys.argv[5], "a") as f:
        print(what, text, file=f)


class Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128


class Sender:
    def __init__(self, number):
        self.number, self.kind = number, KINDS[number % len(KINDS)]
        self.answered = None

    def open(self):
        self.s = socket.create_connection((sys.argv[2], 25), 60)
        self.f = self.s.makefile("rb")
        greeting = self.reply(b"220")
        self.talk(b"EHLO me", b"250")
        return greeting

    def reply(self, code):
        text = b""
        while True:
            line = self.f.readline()
            text += line
            if not line.startswith(code):
                raise OSError(f"not {code}: {text}")
            if line[3:4] != b"-":
                return text

    def talk(self, line, code, end=b"\r\n"):
        self.s.sendall(line + end)
        return self.reply(code)

    def envelope(self, end=b"\r\n"):
        self.talk(b"MAIL FROM:<a@b>", b"250", end)
        self.talk(b"RCPT TO:<c@d>", b"250", end)
        self.talk(b"DATA", b"354", end)
        self.s.sendall(b"X-Name: %d\r\nSubject: x\r\n\r\n" % self.number)

    # In the middle of something.
    def begin(self):
        self.open()
        if self.kind == "tls":
            self.talk(b"STARTTLS", b"220")
            plain = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            plain.check_hostname, plain.verify_mode = False, ssl.CERT_NONE
            self.s = plain.wrap_socket(self.s, suppress_ragged_eofs=False)
            self.f = self.s.makefile("rb")
            self.talk(b"EHLO me", b"250")
        self.envelope(b"\n" if self.kind == "resized" else b"\r\n")
        threading.Thread(target=self.go_on, daemon=True).start()

    def go_on(self):
        self.s.settimeout(LIMIT + 60)
        try:
            if self.kind == "stream":
                while not dead.is_set():
                    self.s.sendall(b"a line of a message\r\n" * 20)
                    time.sleep(0.05)
            dead.wait()
            asked.wait()
            self.s.sendall(AFTER + b"\r\n.\r\n")
            # a reply, or an end that is none
            answered = "by %r" % self.s.recv(1)
        except ssl.SSLError:
            answered = "a broken end"
        except ConnectionError:
            answered = "reset"
        except OSError as e:
            answered = f"none: {e}"
        self.took = time.monotonic() - began
        self.answered = answered	# last: who sees it reads both

    # As a queue does; what it says of itself is masked.
    def again(self):
        while True:
            try:
                greeting = self.open()
                self.envelope()
                self.s.sendall(b"hello\r\n.\r\n")
                self.reply(b"250")
                return b"mx.example" not in greeting
            except (ConnectionError, socket.timeout):
                time.sleep(0.2)


def senders():
    global began
    all = [Sender(i) for i in range(int(sys.argv[3]))]
    for s in all:
        s.begin()
    print("ready", flush=True)
    sys.stdin.readline()
    dead.set()
    sys.stdin.readline()
    began = time.monotonic()
    asked.set()
    while any(s.answered is None for s in all) and time.monotonic() < began + LIMIT + 90:
        time.sleep(0.05)
    for s in all:
        print("answer", s.kind, s.answered, "in time" if s.answered and s.took < LIMIT else "late")
    for s in all:
        print("again", s.kind, "masked" if s.again() else "plain")


lock, dead, asked = threading.Lock(), threading.Event(), threading.Event()
if sys.argv[1] == "server":
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(sys.argv[3], sys.argv[4])
    Listener((sys.argv[2], 25), Server).serve_forever()
else:
    senders()
