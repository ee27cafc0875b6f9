"""The one registry of job types. Adding a type: its params here, its state machine, and (if it runs a CLI) an image."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from nightshift.models.base import Request, not_blank

# To the millisecond: finer fractions mean nothing here, and the smallest floats are none that the table can hold.
_MILLISECONDS = AfterValidator(lambda seconds: round(seconds, 3))


PROVIDERS = ("bedrock", "openai", "ollama", "vllm", "llamacpp")
Model = Annotated[
    str,
    Field(
        pattern=rf"^(offline|({'|'.join(PROVIDERS)}):\S+)$",
        max_length=200,
        description="offline, or provider:model; default is the deployment's model.",
    ),
]

ImageModel = Annotated[
    str,
    Field(
        pattern=rf"^(procedural|({'|'.join(PROVIDERS)}):\S+)$",
        max_length=200,
        description="Who draws the image: procedural, or provider:model; default is the deployment's image model.",
    ),
]


class StoryParams(Request):
    """What ``storyteller story`` is asked for."""

    max_stories: int = Field(default=1, ge=1, le=100, description="Stories to write, one after another.")
    duration_seconds: int | None = Field(
        default=None, ge=1, le=31_536_000, description="No new story is begun after this long; at most a year."
    )
    interval_seconds: int = Field(default=0, ge=0, le=86_400, description="Pause between two stories.")
    topic: Annotated[str, not_blank()] | None = Field(
        default=None, min_length=1, max_length=200, description="What the stories are about."
    )
    target_length: int = Field(default=1500, ge=300, le=10_000, description="Characters per story, within 10 %.")
    language: Literal["ko", "en"] = Field(default="ko", description="The language of the stories.")
    seed: int | None = Field(default=None, ge=0, le=2**63 - 1, description="Same seed, same story, if offline.")
    model: Model | None = None
    research: list[Annotated[str, Field(min_length=1, max_length=100)]] = Field(
        default_factory=list, max_length=5, description="Ids of research cards that the stories draw on."
    )
    auto_research: bool = Field(
        default=True, description="Make a research card for a topic that none fits, if none is named."
    )
    enable_dedup: bool = Field(
        default=False,
        description="Leave out what was told before, after three tries; a job of which none is left is SKIPPED.",
    )
    load_history: bool = Field(default=False, description="Mind the tenant's earlier stories, not only the job's own.")


class ResearchParams(Request):
    """What ``storyteller research`` is asked for."""

    topic: Annotated[str, not_blank(2)] = Field(min_length=2, max_length=200, description="What to look into.")
    tags: list[Annotated[str, Field(min_length=1, max_length=50)]] = Field(
        default_factory=list, max_length=10, description="Words beside the topic."
    )
    language: Literal["ko", "en"] = Field(default="ko", description="The language of the card.")
    seed: int | None = Field(default=None, ge=0, le=2**63 - 1, description="Same seed, same findings, if offline.")
    model: Model | None = None
    timeout: int | None = Field(default=None, ge=1, le=840, description="Give up after this many seconds.")


class ArticleParams(Request):
    """What ``newsroom article`` is asked for."""

    language: Literal["ko", "en"] = Field(description="Of the source, and of the article.")
    level: Literal["A1", "A2", "B1", "B2", "C1", "C2"] = Field(description="CEFR level of its readers.")
    length: int = Field(ge=100, le=2000, description="Words at most; a source with fewer gives a shorter article.")
    topic: Annotated[str, not_blank(2)] = Field(
        min_length=2, max_length=200, description="What the article is to be about."
    )
    source_url: str | None = Field(default=None, min_length=1, max_length=2000, description="A page to fetch.")
    source_text: Annotated[str, not_blank()] | None = Field(
        default=None, min_length=1, max_length=60_000, description="… or the text itself."
    )
    model: Model | None = None

    @model_validator(mode="after")
    def _one_source(self) -> "ArticleParams":
        if self.source_url and self.source_text:
            raise ValueError("name source_url or source_text, not both")
        return self


class ProbeParams(Request):
    """What ``storyteller probe`` is asked for: a job that behaves exactly as told, for checks and benchmarks."""

    cli: bool = Field(default=True, description="false: the state machine succeeds at once, without a worker.")
    seconds: Annotated[float, Field(ge=0, le=840), _MILLISECONDS] = Field(
        default=0, description="How long the CLI runs."
    )
    exit_code: int = Field(default=0, ge=0, le=255, description="What the CLI exits with.")
    log: list[Annotated[str, Field(max_length=1000)]] = Field(
        default_factory=list, max_length=100, description="Lines the CLI prints."
    )
    children: int = Field(default=0, ge=0, le=3, description="Processes the CLI starts beneath itself.")
    artifact_bytes: int = Field(default=0, ge=0, le=10 * 2**20, description="Size of the artifact it writes.")
    progress_every: Annotated[float, Field(ge=0.1, le=840), _MILLISECONDS] | None = Field(
        default=None, description="Seconds between progress lines."
    )
    ignore_sigterm: bool = Field(default=False, description="The CLI must be killed to be stopped.")


class DetectOptions(Request):
    """Of the stage ``yolo_detect``."""

    labels: list[Annotated[str, Field(min_length=1, max_length=50)]] = Field(
        default_factory=list, max_length=80, description="Only these classes of the detector; none: all."
    )


class PlannerOptions(Request):
    """Of the stage ``planner``."""

    min_overlay_width: float = Field(default=0.5, ge=0.1, le=1, description="Fraction of the frame.")
    min_overlay_height: float = Field(default=0.12, ge=0.05, le=1, description="Fraction of the frame.")
    max_proposals: int = Field(default=10, ge=1, le=50)
    max_forbidden_iou: float = Field(default=0.05, ge=0, le=1, description="IoU with what must not be hidden.")


class OverlayOptions(Request):
    """Of the stage ``overlay``. By default the text goes where the planner's best proposal is in which it fits."""

    proposal_id: int | None = Field(default=None, ge=0, lt=50, description="Use this proposal.")
    x_align: Literal["left", "center", "right"] | None = Field(default=None, description="Use no proposal.")
    y_align: Literal["top", "middle", "bottom"] | None = Field(default=None, description="Use no proposal.")


class AdParams(Request):
    """What the stages of ``adstudio`` are asked for."""

    text: Annotated[str, not_blank()] = Field(min_length=1, max_length=200, description="The ad's copy.")
    cta: Annotated[str, not_blank()] | None = Field(
        default=None, min_length=1, max_length=60, description="The call to action."
    )
    language: Literal["ko", "en"] = Field(default="ko", description="The language of the copy.")
    img_gen: Literal["internal", "external"] = Field(
        default="internal", description="external: somebody else makes the image, and the job waits for it."
    )
    prompt: Annotated[str, not_blank()] | None = Field(
        default=None, min_length=1, max_length=1000, description="What the image is to show."
    )
    image_url: str | None = Field(default=None, max_length=2000, description="An image to work on.")
    image_artifact: str | None = Field(default=None, max_length=64, description="An uploaded image to work on.")
    seed: int = Field(
        default=0,
        ge=0,
        le=2**63 - 1,
        description="Same prompt and seed, same procedural image.",
    )
    width: int = Field(default=1024, ge=256, le=2048, description="Of a drawn image, in pixels.")
    height: int = Field(default=768, ge=256, le=2048, description="Of a drawn image, in pixels.")
    model: Model | None = None
    image_model: ImageModel | None = None
    yolo_detect: DetectOptions = Field(default_factory=DetectOptions)
    planner: PlannerOptions = Field(default_factory=PlannerOptions)
    overlay: OverlayOptions = Field(default_factory=OverlayOptions)

    @model_validator(mode="after")
    def _one_image(self) -> Self:
        images = [name for name in ("image_url", "image_artifact") if getattr(self, name) is not None]
        if self.img_gen == "external" and images:
            raise ValueError(f"img_gen is external, so {images[0]} comes when the image is made, not now")
        if self.img_gen == "internal" and not images and self.prompt is None:
            raise ValueError("name one of prompt, image_url and image_artifact, or let img_gen be external")
        if len(images) > 1:
            raise ValueError("name image_url or image_artifact, not both")
        return self


IN_LAMBDA_AT_MOST = 840
"""Seconds that a worker invocation may take in Lambda: its 15 minutes less the time to stop and store.

Which machine runs a job, and so the ARN of a run's execution, follows from it: changed, it would have those that run at
an upgrade looked for at the wrong place.
"""

IN_TASK_AT_MOST = 86_400
"""Seconds that one may take in a Fargate task, where nothing but this bounds it."""


@dataclass(frozen=True, slots=True)
class JobType:
    """How jobs of a type are checked and run.

    ``timeout_seconds`` bounds one worker invocation by default. ``steps`` are in their order. ``image`` names the
    container image that does them. ``begins_outside`` tells of a job's params whether someone else does its first step,
    for which it waits.
    """

    params: type[Request]
    timeout_seconds: int
    steps: tuple[str, ...]
    image: str = "storyteller"
    begins_outside: Callable[[Mapping[str, Any]], bool] = lambda params: False


JOB_TYPES: dict[str, JobType] = {
    "story": JobType(params=StoryParams, timeout_seconds=300, steps=("write_story",)),
    "research": JobType(params=ResearchParams, timeout_seconds=300, steps=("research",)),
    "ad": JobType(
        params=AdParams,
        timeout_seconds=120,
        steps=("img_gen", "vlm_analyze", "yolo_detect", "planner", "overlay", "vlm_judge"),
        image="adstudio",
        begins_outside=lambda params: params["img_gen"] == "external",
    ),
    "article": JobType(params=ArticleParams, timeout_seconds=840, steps=("write_article",), image="newsroom"),
    "probe": JobType(params=ProbeParams, timeout_seconds=840, steps=("probe",)),
}


def _registered(name: str) -> str:
    if name not in JOB_TYPES:
        raise ValueError(f"there is no job type {name}; there are {', '.join(sorted(JOB_TYPES))}")
    return name


JobTypeName = Annotated[str, AfterValidator(_registered), WithJsonSchema({"type": "string", "enum": sorted(JOB_TYPES)})]
"""The name of a job type that exists."""
