# SPDX-License-Identifier: Apache-2.0
"""A file system that forgets what was not synced, as a machine does that loses its power; and one that fails.

    forgetful.py FOLDER MOUNT CONTROL

What is written stays in memory until the file is synced, and only then reaches FOLDER. Killed with SIGKILL and mounted again it has
what a disk would have. Names are kept at once; contents are not. While the file CONTROL says `fail`, writing and syncing give an
input/output error. Needs fusepy: Debian's python3-fusepy, or mfusepy.
"""
import errno
import importlib
import os
import sys
import threading

for name in ("fusepy", "mfusepy", "fuse"):
    try:
        fuse = importlib.import_module(name)
        break
    except ImportError:
        continue


class Forgetful(fuse.Operations):
    def __init__(self, folder, control):
        self.folder, self.control = folder, control
        self.turn = threading.RLock()
        self.contents = {}
        self.unsynced = {}

    def path(self, name):
        return os.path.join(self.folder, name.lstrip("/"))

    def fail(self):
        """Whether the disk fails at the moment."""
        try:
            with open(self.control) as file:
                return file.read().strip() == "fail"
        except OSError:
            return False

    def check(self):
        if self.fail():
            raise fuse.FuseOSError(errno.EIO)

    def content(self, name):
        if name not in self.contents:
            with open(self.path(name), "rb") as file:
                self.contents[name] = bytearray(file.read())
            self.unsynced[name] = []
        return self.contents[name]

    # MARK: - Names

    def getattr(self, name, fh=None):
        with self.turn:
            try:
                found = os.lstat(self.path(name))
            except OSError as error:
                raise fuse.FuseOSError(error.errno) from error
            keys = ("st_mode", "st_nlink", "st_uid", "st_gid", "st_size", "st_atime", "st_mtime", "st_ctime")
            attributes = {key: getattr(found, key) for key in keys}
            if name in self.contents:
                attributes["st_size"] = len(self.contents[name])
            return attributes

    def readdir(self, name, fh):
        return [".", "..", *os.listdir(self.path(name))]

    def mkdir(self, name, mode):
        os.mkdir(self.path(name), mode)

    def rmdir(self, name):
        os.rmdir(self.path(name))

    def unlink(self, name):
        with self.turn:
            os.unlink(self.path(name))
            self.contents.pop(name, None)
            self.unsynced.pop(name, None)

    def rename(self, old, new):
        with self.turn:
            os.rename(self.path(old), self.path(new))
            for table in (self.contents, self.unsynced):
                if old in table:
                    table[new] = table.pop(old)

    def chmod(self, name, mode):
        os.chmod(self.path(name), mode)

    def chown(self, name, uid, gid):
        pass

    def utimens(self, name, times=None):
        pass

    def statfs(self, name):
        found = os.statvfs(self.folder)
        keys = ("f_bavail", "f_bfree", "f_blocks", "f_bsize", "f_favail", "f_ffree", "f_files", "f_flag", "f_frsize", "f_namemax")
        return {key: getattr(found, key) for key in keys}

    # MARK: - Contents

    def create(self, name, mode, fi=None):
        with self.turn:
            self.check()
            os.close(os.open(self.path(name), os.O_CREAT | os.O_TRUNC | os.O_WRONLY, mode))
            self.contents[name], self.unsynced[name] = bytearray(), []
            return 0

    def open(self, name, flags):
        with self.turn:
            try:
                self.content(name)
            except OSError as error:
                raise fuse.FuseOSError(error.errno) from error
            return 0

    def read(self, name, size, offset, fh):
        with self.turn:
            return bytes(self.content(name)[offset:offset + size])

    def write(self, name, data, offset, fh):
        with self.turn:
            self.check()
            content = self.content(name)
            if len(content) < offset:
                content.extend(bytes(offset - len(content)))
            content[offset:offset + len(data)] = data
            self.unsynced[name].append((offset, len(data)))
            return len(data)

    def truncate(self, name, length, fh=None):
        with self.turn:
            self.check()
            content = self.content(name)
            del content[length:]
            content.extend(bytes(length - len(content)))
            self.unsynced[name].append((length, 0))

    def flush(self, name, fh):
        return 0

    def fsync(self, name, datasync, fh):
        with self.turn:
            self.check()
            content = self.content(name)
            with open(self.path(name), "r+b") as file:
                for offset, length in self.unsynced[name]:
                    file.seek(offset)
                    file.write(content[offset:offset + length])
                file.truncate(len(content))
            self.unsynced[name] = []
            return 0


if __name__ == "__main__":
    # One thread, so that a sync has what was written before it.
    fuse.FUSE(Forgetful(sys.argv[1], sys.argv[3]), sys.argv[2], foreground=True, nothreads=True)
