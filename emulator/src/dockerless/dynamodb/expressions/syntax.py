"""The syntax trees of DynamoDB's expressions, and what a parse found out about its text."""

from collections.abc import Mapping
from dataclasses import dataclass

type Step = str | int
type ResolvedPath = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A document path, such as `a.#b[3]`; `#` names are resolved per request."""

    steps: tuple[Step, ...]

    def resolve(self, names: Mapping[str, str]) -> ResolvedPath:
        """The path with its `#` placeholders replaced by attribute names."""
        return tuple(names[step] if isinstance(step, str) and step[0] == "#" else step for step in self.steps)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A `:value` of ExpressionAttributeValues."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function applied to operands: `size(a)`, `begins_with(a, :p)`, `if_not_exists(a, :v)`…"""

    function: str
    arguments: tuple["Operand", ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """`left + right`, or with sign -1 `left - right`, in a SET action."""

    left: "Operand"
    right: "Operand"
    sign: int


type Operand = Path | Placeholder | Call | Sum


@dataclass(frozen=True, slots=True)
class Compare:
    """`left operator right`."""

    operator: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Between:
    """`operand BETWEEN low AND high`, both ends included."""

    operand: Operand
    low: Operand
    high: Operand


@dataclass(frozen=True, slots=True)
class In:
    """`operand IN (choice, …)`."""

    operand: Operand
    choices: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """`NOT condition`."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class Both:
    """`left AND right`."""

    left: "Condition"
    right: "Condition"


@dataclass(frozen=True, slots=True)
class Either:
    """`left OR right`."""

    left: "Condition"
    right: "Condition"


type Condition = Compare | Between | In | Not | Both | Either | Call


@dataclass(frozen=True, slots=True)
class Action:
    """One action of an update expression; REMOVE has no operand."""

    clause: str
    path: Path
    operand: Operand | None


@dataclass(frozen=True, slots=True)
class Parsed[Tree]:
    """A syntax tree with the placeholders and the paths its text uses."""

    tree: Tree
    names: tuple[str, ...]
    values: tuple[str, ...]
    paths: tuple[Path, ...]
