"""Cut what we ask of GitHub's REST out of its published description, the package ``@octokit/openapi`` (MIT).

    python tests/github/cut_openapi.py …/node_modules/@octokit/openapi

writes ``openapi.json`` beside this file: methods, parameters and bodies of requests, without their prose.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent / 'openapi.json'
REPO = '/repos/{owner}/{repo}'
PATHS = {
    '/user': 'get',
    '/user/repos': 'get',
    '/users/{username}': 'get',
    '/users/{username}/repos': 'get',
    '/orgs/{org}/repos': 'get',
    REPO: 'get',
    f'{REPO}/branches/{{branch}}': 'get',
    f'{REPO}/commits/{{ref}}/check-runs': 'get',
    f'{REPO}/commits/{{ref}}/status': 'get',
    f'{REPO}/contents/{{path}}': 'put',
    f'{REPO}/git/refs': 'post',
    f'{REPO}/git/refs/{{ref}}': 'delete',
    f'{REPO}/pulls': 'get post',
    f'{REPO}/pulls/{{pull_number}}': 'get',
    f'{REPO}/pulls/{{pull_number}}/reviews': 'get',
} | {
    f'{owner}/hooks{path}': methods
    for owner in (REPO, '/orgs/{org}')
    for path, methods in {
        '': 'get post',
        '/{hook_id}': 'get patch delete',
        '/{hook_id}/pings': 'post',
        '/{hook_id}/deliveries': 'get',
        '/{hook_id}/deliveries/{delivery_id}': 'get',
        '/{hook_id}/deliveries/{delivery_id}/attempts': 'post',
    }.items()
}
"""What ReviewFlow asks for: path → methods. A test fails when something is asked for that is not here."""
PROSE = {'description', 'example', 'examples', 'externalDocs', 'title', 'x-github'}
_MAX = re.compile(r'\(max (\d+)\)')


class Description:
    """The whole of it."""

    def __init__(self, data: Any) -> None:
        self._data = data

    def cut(self, version: str) -> dict[str, Any]:
        """Take out our paths."""
        return {
            'from': f'@octokit/openapi {version}, MIT, api.github.com',
            'paths': {
                path: {
                    method: self._operation(self._data['paths'][path][method]) for method in methods.split()
                }
                for path, methods in PATHS.items()
            },
        }

    def _operation(self, operation: Any) -> dict[str, Any]:
        parameters = [self._parameter(self._found(each)) for each in operation.get('parameters', [])]
        found: dict[str, Any] = {'parameters': parameters}
        if 'requestBody' in operation:
            body = self._found(operation['requestBody'])
            found['isBodyRequired'] = body.get('required', False)
            found['body'] = self._schema(body['content']['application/json']['schema'])
        return found

    def _parameter(self, parameter: Any) -> dict[str, Any]:
        schema = self._schema(parameter['schema'])
        if largest := _MAX.search(parameter.get('description', '')):  # it stands in the prose only
            schema['maximum'] = int(largest[1])
        return {
            'name': parameter['name'],
            'in': parameter['in'],
            'required': parameter.get('required', False),
            'schema': schema,
        } | ({'hasSlashes': True} if parameter.get('x-multi-segment') else {})

    def _schema(self, schema: Any) -> Any:
        """Make JSON Schema of it: OpenAPI 3.0 says in its own way what may be null."""
        if isinstance(schema, list):
            return [self._schema(each) for each in schema]
        if not isinstance(schema, dict):
            return schema
        schema = self._found(schema)
        made = {
            name: {each: self._schema(value[each]) for each in value}
            if name == 'properties'
            else self._schema(value)
            for name, value in schema.items()
            if name not in PROSE
        }
        if made.pop('nullable', False) and 'type' in made:
            made['type'] = [made['type'], 'null']
        return made

    def _found(self, value: Any) -> Any:
        """Follow a reference."""
        while '$ref' in value:
            at = self._data
            for name in value['$ref'].removeprefix('#/').split('/'):
                at = at[name]
            value = at
        return value


def main(package: Path) -> None:
    version = json.loads((package / 'package.json').read_text('utf-8'))['version']
    data = json.loads((package / 'generated/api.github.com.json').read_text('utf-8'))
    cut = Description(data).cut(version)
    TARGET.write_text(json.dumps(cut, indent=1, sort_keys=True) + '\n', 'utf-8')


if __name__ == '__main__':
    main(Path(sys.argv[1]))
