"""From a job's params, and what the stages before have left, to a stage's command line."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from adstudio.stages import STAGES
from adstudio.stages.img_gen import PROCEDURAL
from nightshift.settings import settings
from nightshift.worker.errors import InputError
from nightshift.worker.providers import OFFLINE, provider_environment
from nightshift.worker.task import Plan, Task
from objects import detector_path, read_object, read_upload

_IMAGE, _AD, _UPLOAD = "image.png", "ad.png", "upload"
_DRAWN = ("prompt", "seed", "width", "height")

type Options = dict[str, Any]


def plan(task: Task) -> Plan:
    """The files of finished stages lie in the program's working directory, as do their results.

    Raises:
        InputError: there is no such stage, or something that it needs is no longer kept.
        ProviderError: the provider's key cannot be had.
    """
    if task.command not in STAGES:
        raise InputError(f"This image has no command {task.command!r}.")
    options = _OPTIONS[task.command](task.params)
    files = {f"{stage}.json": json.dumps(done["output"]).encode() for stage, done in task.done.items()}
    files |= {name: read_object(key) for name, key in _left(task)}
    image = task.params if task.command == "img_gen" else task.done.get("img_gen", {}).get("output", {})
    if _IMAGE not in files:
        options |= _image_options(image)
        if artifact := image.get("image_artifact"):
            files[_UPLOAD] = read_upload(task.run.tenant_id, artifact)
    if ad := task.done.get("overlay", {}).get("output", {}).get("image_artifact"):
        files[_AD] = read_upload(task.run.tenant_id, ad)
    return Plan(
        arguments=("--in=.", *_arguments(options)),
        iterations=len(STAGES),
        files=files,
        environment=provider_environment(options.get("model") or options.get("image_model") or OFFLINE),
    )


def _left(task: Task) -> Iterator[tuple[str, str]]:
    """Names and keys of the files that finished stages have left; of the same name the later one's counts."""
    for done in task.done.values():
        for name in done["output"].get("files") or () if done["prefix"] else ():
            yield name, f"{done['prefix']}artifacts/{name}"


def _image_options(source: Mapping[str, Any]) -> Options:
    """Where the image comes from that no stage has left: a client named it, or who finished `img_gen` elsewhere."""
    if source.get("image_url"):
        allowed = {"allow_local_addresses": True} if settings().allow_local_targets else {}
        return {"image_url": source["image_url"], **allowed}
    return {"image": _UPLOAD} if source.get("image_artifact") else {}


def _img_gen(params: Mapping[str, Any]) -> Options:
    given = params.get("image_url") or params.get("image_artifact")
    if given:
        return {}
    model = params.get("image_model") or settings().default_image_model
    drawn = {name: params[name] for name in _DRAWN if name in params}
    return drawn if model == PROCEDURAL else drawn | {"image_model": model}


def _words(params: Mapping[str, Any]) -> Options:
    return {name: params[name] for name in ("text", "cta") if name in params}


def _looking(params: Mapping[str, Any]) -> Options:
    prompt = {"prompt": params["prompt"]} if "prompt" in params else {}
    return {**prompt, "text": params["text"], "model": params.get("model") or settings().default_model}


def _detecting(params: Mapping[str, Any]) -> Options:
    detector = detector_path()
    return {**({"detector": detector} if detector else {}), **params.get("yolo_detect", {})}


def _judging(params: Mapping[str, Any]) -> Options:
    limit = params.get("planner", {}).get("max_forbidden_iou")
    return _looking(params) | _words(params) | ({} if limit is None else {"max_forbidden_iou": limit})


_OPTIONS: dict[str, Callable[[Mapping[str, Any]], Options]] = {
    "img_gen": _img_gen,
    "vlm_analyze": _looking,
    "yolo_detect": _detecting,
    "planner": lambda params: dict(params.get("planner", {})),
    "overlay": lambda params: _words(params) | dict(params.get("overlay", {})),
    "vlm_judge": _judging,
}


def _arguments(options: Options) -> Iterator[str]:
    """`--name=value` in one argument: a value may begin with a dash."""
    for name, value in options.items():
        option = f"--{name.replace('_', '-')}"
        if value is True:
            yield option
        else:
            yield from (f"{option}={part}" for part in (value if isinstance(value, list) else [value]))
