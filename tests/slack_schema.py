"""Slack's own types as a JSON schema, made from npm's @slack/types once and kept for later runs."""

import functools
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

MODULES = Path(__file__).parents[1] / "node_modules"
GENERATOR = MODULES / ".bin" / "ts-json-schema-generator"
TYPES = MODULES / "@slack" / "types" / "dist" / "index.d.ts"


def faults(kind: str, thing: object) -> list[str]:
    """What Slack's type of this name has against the thing; skips where there is no Node."""
    validator = _validator(kind)
    return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(thing)]


def faults_of_blocks(blocks: list[dict[str, Any]]) -> list[str]:
    """What Slack's types have against the blocks of a message or view."""
    return [fault for block in blocks for fault in faults("KnownBlock", block)]


@functools.cache
def _validator(kind: str) -> Draft7Validator:
    schema = _schema()
    return Draft7Validator({**schema, "$ref": f"#/definitions/{kind}"})


@functools.cache
def _schema() -> dict[str, Any]:
    if shutil.which("node") is None or not GENERATOR.exists():
        pytest.skip("Slack's types need Node and `npm ci`.")
    version = (TYPES.parents[1] / "package.json").read_bytes()
    name = f"slack-schema-{os.getuid()}-{hashlib.sha256(version).hexdigest()[:12]}.json"
    kept = Path(tempfile.gettempdir()) / name
    if not kept.exists():
        made = subprocess.run(
            [str(GENERATOR), "--path", str(TYPES), "--type", "*", "--no-type-check"],
            capture_output=True,
            check=True,
        )
        # Written aside first: another worker may be reading.
        aside = kept.with_suffix(f".{os.getpid()}")
        aside.write_bytes(made.stdout)
        aside.replace(kept)
    schema = json.loads(kept.read_text())
    # Slack's type of any block takes whatever has a type; we want the blocks that exist.
    schema["definitions"]["AnyBlock"] = {"$ref": "#/definitions/KnownBlock"}
    return schema
