"""Where the store lies: whose file it is, whether it can be written, and whether its file system keeps its promises."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

NETWORK: Final = frozenset(
    (
        *(
            "9p",
            "afs",
            "beegfs",
            "ceph",
            "cifs",
            "davfs",
            "glusterfs",
            "gpfs",
            "lustre",
            "ncpfs",
            "nfs",
            "nfs4",
            "ocfs2",
            "smb3",
            "smbfs",
        ),
        *("prl_fs", "vboxsf", "virtiofs"),
        *(
            "fuse.ceph",
            "fuse.davfs",
            "fuse.glusterfs",
            "fuse.gvfsd-fuse",
            "fuse.rclone",
            "fuse.s3fs",
            "fuse.sshfs",
            "fuse.vmhgfs-fuse",
        ),
    )
)
"""File systems where several programs can't share the memory that write-ahead logging needs."""
_SYNCED: Final = ("dropbox", "onedrive", "icloud", "google drive", "googledrive", "nextcloud", "mobile documents")
_MOUNTS: Final = Path("/proc/self/mountinfo")
_OCTAL: Final = (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\"))


def why_not_logged_ahead(path: Path) -> str:
    """Why write-ahead logging would be unsafe here, in words; empty when it is safe as far as can be told."""
    kind = file_system_of(path)
    if kind in NETWORK:
        return f"it lies on a network file system ({kind})"
    synced = next((part for part in Path(os.path.realpath(path)).parts if part.casefold().startswith(_SYNCED)), "")
    return f"it lies in {synced}, which is copied elsewhere while it is written" if synced else ""


def file_system_of(path: Path, mounts: Path = _MOUNTS) -> str:
    """The kind of file system, such as ext4; empty when the system does not say."""
    with suppress(OSError):
        target = os.path.realpath(path)
        best, kind = "", ""
        for line in mounts.read_text(errors="replace").splitlines():
            front, _, back = line.partition(" - ")
            fields = front.split()
            if len(fields) < 5 or not back:
                continue
            point = fields[4]
            for spelled, character in _OCTAL:
                point = point.replace(spelled, character)
            if len(point) >= len(best) and (target == point or target.startswith(point.rstrip("/") + "/")):
                best, kind = point, back.split()[0]
        return kind
    return ""


def why_not_written(path: Path) -> str:
    """Why this user must not write the store, in words; empty when nothing speaks against it."""
    try:
        owner = path.stat().st_uid
    except FileNotFoundError:
        return ""
    if owner != os.geteuid():
        return f"it belongs to user {owner}, and writing it as user {os.geteuid()} would lock its owner out"
    if not os.access(path, os.W_OK):
        return "its permissions allow reading only"
    return "" if os.access(path.parent, os.W_OK) else "its folder can't be written"
