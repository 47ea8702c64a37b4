# SPDX-License-Identifier: Apache-2.0
"""A copy of the sources in which a guard can be taken out, with a build folder that stays warm from one to the next."""
import filecmp
import os
import shutil
import subprocess

from harness.processes import Breach
from harness.stage import ROOT

FOLDER = os.path.join(ROOT, ".build-chaos")
PARTS = ("Package.swift", "Package.resolved", "Sources", "Tests", "Benchmarks")


class Workshop:
    """Keeps the copy as the working tree is, apart from the mutant that is being built."""

    def __init__(self):
        self.source = os.path.join(FOLDER, "source")
        self.scratch = os.path.join(FOLDER, "build")
        self.changed = []
        self.follow()

    def follow(self):
        """Takes over what has changed, and nothing else: a file that is as it was is not compiled again."""
        os.makedirs(self.source, exist_ok=True)
        for part in PARTS:
            _follow(os.path.join(ROOT, part), os.path.join(self.source, part))

    def build(self, mutant):
        """The path of the program with the guard taken out."""
        self.restore()
        for path, old, new in mutant.edits:
            target = os.path.join(self.source, path)
            with open(target) as file:
                text = file.read()
            with open(target, "w") as file:
                file.write(text.replace(old, new, 1))
            self.changed.append(path)
        program = os.path.join(FOLDER, f"dure-{mutant.name}")
        shutil.copy(self.compile(mutant.name), program)
        return program

    def compile(self, name):
        command = ["swift", "build", "--package-path", self.source, "--scratch-path", self.scratch, "--product", "dure"]
        log = os.path.join(FOLDER, f"{name}.log")
        with open(log, "w") as output:
            done = subprocess.run(command, stdout=output, stderr=output)
        if done.returncode != 0:
            raise Breach(f"the mutant {name} does not build; see {log}")
        return os.path.join(self.scratch, "debug", "dure")

    def restore(self):
        for path in self.changed:
            shutil.copyfile(os.path.join(ROOT, path), os.path.join(self.source, path))
        self.changed = []


def _follow(original, copy):
    if not os.path.exists(original):
        return
    if os.path.isfile(original):
        if not os.path.isfile(copy) or not filecmp.cmp(original, copy, shallow=False):
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            shutil.copyfile(original, copy)
        return
    names = [name for name in os.listdir(original) if name != "__pycache__"]
    for name in os.listdir(copy) if os.path.isdir(copy) else []:
        path = os.path.join(copy, name)
        if name not in names:
            shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
    os.makedirs(copy, exist_ok=True)
    for name in names:
        _follow(os.path.join(original, name), os.path.join(copy, name))
