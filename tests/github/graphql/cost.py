"""What a document costs, told before it is run.

Source: https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    value_from_ast_untyped,
)

MOST_NODES = 500_000


@dataclass(frozen=True, slots=True)
class Cost:
    points: int
    nodes: int


def cost(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
) -> Cost:
    """Count the requests that GitHub makes for each connection, all pages being full, and the nodes of these.

    A hundred requests are a point; the least is one. The variables are coerced.
    """
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    counting = _Counting(schema, fragments, dict(variables))
    root = schema.query_type if operation.operation.value == 'query' else schema.mutation_type
    assert root is not None
    counting.count(root, [operation.selection_set], 1)
    return Cost(points=max(1, int(counting.requests / 100 + 0.5)), nodes=counting.nodes)


class _Counting:
    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: dict[str, Any],
    ) -> None:
        self.requests = self.nodes = 0
        self._schema = schema
        self._fragments = fragments
        self._variables = variables

    def count(self, type_: Any, selections: Sequence[SelectionSetNode], times: int) -> None:
        """Count what is below, which is asked for so many times."""
        merged: dict[tuple[str, str], list[FieldNode]] = {}
        for node, on in (found for selected in selections for found in self._fields(selected, type_)):
            name = (node.alias or node.name).value
            merged.setdefault((on.name, name), []).append(node)
        for (on_name, _), nodes in merged.items():
            below = [node.selection_set for node in nodes if node.selection_set is not None]
            if below:
                self._count_field(self._schema.type_map[on_name], nodes[0], below, times)

    def _count_field(self, on: Any, node: FieldNode, below: list[SelectionSetNode], times: int) -> None:
        found = get_named_type(on.fields[node.name.value].type)
        arguments = {given.name.value: self._value(given.value) for given in node.arguments or ()}
        if found.name.endswith('Connection'):
            self.requests += times
            times *= max(0, arguments.get('first') or arguments.get('last') or 0)
            self.nodes += times
        elif on.name == 'Query' and node.name.value == 'nodes':
            times *= len(arguments['ids'])
        self.count(found, below, times)

    def _fields(self, selected: SelectionSetNode, type_: Any) -> Iterator[tuple[FieldNode, Any]]:
        for node in selected.selections:
            if not self._is_asked(node):
                continue
            if isinstance(node, FieldNode):
                if not node.name.value.startswith('__'):
                    yield node, type_
                continue
            fragment = self._fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            assert isinstance(fragment, FragmentDefinitionNode | InlineFragmentNode)
            on = fragment.type_condition
            narrowed = self._narrowed(type_, on.name.value if on else None)
            if narrowed is not None:
                yield from self._fields(fragment.selection_set, narrowed)

    def _narrowed(self, type_: Any, name: str | None) -> Any:
        """A fragment on an interface asks the object type for what it asks: it counts once.

        One on another object type, inside such a fragment, asks for nothing.
        """
        wanted = type_ if name is None else self._schema.type_map[name]
        if not isinstance(type_, GraphQLObjectType):
            return wanted
        return type_ if wanted is type_ or not isinstance(wanted, GraphQLObjectType) else None

    def _is_asked(self, node: Any) -> bool:
        for directive in node.directives or ():
            if directive.name.value in {'skip', 'include'}:
                value = self._value(directive.arguments[0].value)
                if value is (directive.name.value == 'skip'):
                    return False
        return True

    def _value(self, node: Any) -> Any:
        return value_from_ast_untyped(node, self._variables)
