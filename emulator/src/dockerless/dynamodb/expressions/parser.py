"""Recursive descent parser of condition, projection and update expressions."""

from collections.abc import Callable
from functools import lru_cache

from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from dockerless.dynamodb.errors import ValidationError
from dockerless.dynamodb.expressions.syntax import (
    Action,
    Between,
    Both,
    Call,
    Compare,
    Condition,
    Either,
    In,
    Not,
    Operand,
    Parsed,
    Path,
    Placeholder,
    Step,
    Sum,
)
from dockerless.dynamodb.expressions.tokens import END, Token, syntax_error, tokenize

_RESERVED = frozenset(ReservedKeywords.get_reserved_keywords())
_COMPARATORS = frozenset(("=", "<>", "<", "<=", ">", ">="))
_CONDITION_ARITY = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
    "size": 1,
}
_UPDATE_ARITY = {"if_not_exists": 2, "list_append": 2}
_CLAUSES = ("SET", "REMOVE", "ADD", "DELETE")


@lru_cache(maxsize=1024)
def parse_condition(text: str, parameter: str) -> Parsed[Condition]:
    """Parses a ConditionExpression, FilterExpression or KeyConditionExpression.

    Raises:
        ValidationError: `text` is not one; the message names `parameter`.
    """
    return _Parser(text, parameter, _CONDITION_ARITY).parse(_Parser.condition)


@lru_cache(maxsize=1024)
def parse_projection(text: str, parameter: str) -> Parsed[tuple[Path, ...]]:
    """Parses a ProjectionExpression; raises ValidationError as `parse_condition` does."""
    return _Parser(text, parameter, {}).parse(_Parser.paths)


@lru_cache(maxsize=1024)
def parse_update(text: str, parameter: str) -> Parsed[tuple[Action, ...]]:
    """Parses an UpdateExpression; raises ValidationError as `parse_condition` does."""
    return _Parser(text, parameter, _UPDATE_ARITY).parse(_Parser.update)


class _Parser:
    def __init__(self, text: str, parameter: str, arity: dict[str, int]) -> None:
        if not text.strip():
            raise ValidationError(f"Invalid {parameter}: The expression can not be empty;")
        self._text = text
        self._parameter = parameter
        self._arity = arity
        self._tokens = tokenize(text, parameter)
        self._position = 0
        # Dictionaries, because their keys keep the order in which they were met.
        self._values: dict[str, None] = {}
        self._names: dict[str, None] = {}
        self._paths: dict[Path, None] = {}

    def parse[Tree](self, rule: Callable[["_Parser"], Tree]) -> Parsed[Tree]:
        tree = rule(self)
        if self._token.kind != END:
            raise self._unexpected()
        return Parsed(tree, tuple(self._names), tuple(self._values), tuple(self._paths))

    # condition := conjunction ("OR" conjunction)*
    def condition(self) -> Condition:
        left = self._conjunction()
        while self._accept_word("OR"):
            left = Either(left, self._conjunction())
        return left

    def _conjunction(self) -> Condition:
        left = self._negation()
        while self._accept_word("AND"):
            left = Both(left, self._negation())
        return left

    def _negation(self) -> Condition:
        if self._accept_word("NOT"):
            return Not(self._negation())
        if self._accept("("):
            inner = self.condition()
            self._expect(")")
            return inner
        return self._predicate()

    def _predicate(self) -> Condition:
        left = self._operand()
        if self._token.kind == "symbol" and self._token.text in _COMPARATORS:
            return Compare(self._advance().text, left, self._operand())
        if self._accept_word("BETWEEN"):
            low = self._operand()
            self._expect_word("AND")
            return Between(left, low, self._operand())
        if self._accept_word("IN"):
            self._expect("(")
            choices = self._operands()
            return In(left, choices)
        if isinstance(left, Call) and left.function != "size":
            return left
        raise self._unexpected()

    # update := (clause action ("," action)*)+
    def update(self) -> tuple[Action, ...]:
        actions: list[Action] = []
        seen: set[str] = set()
        while True:
            clause = next((word for word in _CLAUSES if self._accept_word(word)), None)
            if clause is None:
                raise self._unexpected()
            if clause in seen:
                raise ValidationError(
                    f'Invalid {self._parameter}: The "{clause}" section can only be used once in an '
                    "update expression;"
                )
            seen.add(clause)
            actions.append(self._action(clause))
            while self._accept(","):
                actions.append(self._action(clause))
            if self._token.kind == END:
                return tuple(actions)

    def _action(self, clause: str) -> Action:
        path = self._path()
        if clause == "REMOVE":
            return Action(clause, path, None)
        if clause == "SET":
            self._expect("=")
            return Action(clause, path, self._sum())
        return Action(clause, path, self._operand())

    def _sum(self) -> Operand:
        left = self._group()
        for symbol, sign in (("+", 1), ("-", -1)):
            if self._accept(symbol):
                return Sum(left, self._group(), sign)
        return left

    def _group(self) -> Operand:
        if self._accept("("):
            inner = self._sum()
            self._expect(")")
            return inner
        return self._operand()

    def _operands(self) -> tuple[Operand, ...]:
        operands = [self._operand()]
        while self._accept(","):
            operands.append(self._operand())
        self._expect(")")
        return tuple(operands)

    def _operand(self) -> Operand:
        if self._token.kind == "value":
            name = self._advance().text
            self._values[name] = None
            return Placeholder(name)
        following = self._tokens[self._position + 1 : self._position + 2]
        if self._token.kind == "name" and following and following[0].text == "(":
            return self._call()
        return self._path()

    def _call(self) -> Call:
        function = self._advance().text
        if function not in self._arity:
            raise ValidationError(f"Invalid {self._parameter}: Invalid function name; function: {function}")
        self._expect("(")
        arguments = self._operands()
        if len(arguments) != self._arity[function]:
            raise ValidationError(
                f"Invalid {self._parameter}: Incorrect number of operands for operator or function; "
                f"operator or function: {function}, number of operands: {len(arguments)}"
            )
        if function not in ("contains", "list_append") and not isinstance(arguments[0], Path):
            raise ValidationError(
                f"Invalid {self._parameter}: Operator or function requires a document path; "
                f"operator or function: {function}"
            )
        return Call(function, arguments)

    def paths(self) -> tuple[Path, ...]:
        paths = [self._path()]
        while self._accept(","):
            paths.append(self._path())
        return tuple(paths)

    # path := name ("." name | "[" number "]")*
    def _path(self) -> Path:
        steps: list[Step] = [self._name()]
        while True:
            if self._accept("."):
                steps.append(self._name())
            elif self._accept("["):
                if self._token.kind != "number":
                    raise self._unexpected()
                steps.append(int(self._advance().text))
                self._expect("]")
            else:
                path = Path(tuple(steps))
                self._paths[path] = None
                return path

    def _name(self) -> str:
        if self._token.kind == "alias":
            alias = self._advance().text
            self._names[alias] = None
            return alias
        if self._token.kind != "name":
            raise self._unexpected()
        name = self._advance().text
        if name.upper() in _RESERVED:
            raise ValidationError(
                f"Invalid {self._parameter}: Attribute name is a reserved keyword; reserved keyword: {name}"
            )
        return name

    @property
    def _token(self) -> Token:
        return self._tokens[self._position]

    def _advance(self) -> Token:
        token = self._token
        self._position += 1
        return token

    def _accept(self, symbol: str) -> bool:
        found = self._token.kind == "symbol" and self._token.text == symbol
        self._position += found
        return found

    def _accept_word(self, word: str) -> bool:
        found = self._token.kind == "name" and self._token.text.upper() == word
        self._position += found
        return found

    def _expect(self, symbol: str) -> None:
        if not self._accept(symbol):
            raise self._unexpected()

    def _expect_word(self, word: str) -> None:
        if not self._accept_word(word):
            raise self._unexpected()

    def _unexpected(self) -> ValidationError:
        return syntax_error(self._parameter, self._text, self._token)
