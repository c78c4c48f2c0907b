"""Where the time of a job went: a line for each phase and for each attempt."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from photochanger_core.domain.job import Job
from photochanger_core.use_cases.timing import Phase
from photochanger_web.amounts import decimal, in_seconds
from photochanger_web.locale import page_text

from .job_course import Course, Span, course_of
from .job_words import asked
from .waterfall import Bar, Scale


@frozen(kw_only=True)
class Lane:
    """A line of the picture of where the time went.

    Attributes:
        look: What it is: a phase, or an attempt that was `good` or `bad`.
    """

    name: str
    look: str
    bar: Bar
    begins: str
    took: str
    is_inside: bool


@frozen(kw_only=True)
class Waterfall:
    """The picture of where the time went.

    Attributes:
        ticks: Marks of the axis: where they are, and what they say.
        deadline: Where the sync window was over.
    """

    lanes: Sequence[Lane]
    ticks: Sequence[tuple[float, str]]
    deadline: float
    deadline_words: str


def waterfall_of(language: str, job: Job) -> Waterfall | None:
    """Return where the time of *job* went, in *language*; None: nobody knows, or not yet."""
    course = course_of(job)
    if course is None:
        return None
    scale = Scale.over(course.end, course.deadline)
    return Waterfall(
        lanes=_lanes(language, job, course, scale),
        ticks=[(one.left, _short(language, one.seconds)) for one in scale.ticks],
        deadline=scale.at(course.deadline),
        deadline_words=page_text(
            language, "job.deadline", seconds=_short(language, course.deadline)
        ),
    )


def _lanes(language: str, job: Job, course: Course, scale: Scale) -> Sequence[Lane]:
    lanes: list[Lane] = []
    for phase, span in course.phases.items():
        name = page_text(language, f"job.phase_{phase}")
        lanes.append(_lane(language, scale, span, name=name, look=phase))
        if phase is Phase.PROVIDER:
            for one, its in zip(job.attempts, course.attempts, strict=True):
                name = f"{one.number}. {asked(one)}"
                look = "good" if one.failure_reason is None else "bad"
                lanes.append(_lane(language, scale, its, name=name, look=look, is_inside=True))
    return lanes


def _lane(
    language: str, scale: Scale, span: Span, *, name: str, look: str, is_inside: bool = False
) -> Lane:
    return Lane(
        name=name,
        look=look,
        bar=scale.bar(span.begin, span.end),
        begins=in_seconds(language, span.begin),
        took=in_seconds(language, span.seconds),
        is_inside=is_inside,
    )


def _short(language: str, seconds: float) -> str:
    return decimal(language, seconds, digits=0 if round(seconds, 2).is_integer() else 1)
