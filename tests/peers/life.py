"""A year in the life of a directory, lived through scim2-client, which checks every answer by its own
models: status codes, media types, required attributes, what may be returned and what may not.

Its filters judge ours besides: what the server finds must be what scim2-models matches.

Usage: life.py URL VERSION, by HTTP version 1 or 2, with the token in SCIM_TOKEN and the certificate in
SSL_CERT_FILE.
"""

import os
import sys

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_models import (
    BulkOperation,
    BulkRequest,
    PatchOp,
    PatchOperation,
    PreconditionFailedException,
    ResponseParameters,
    SearchRequest,
)

PEOPLE = [
    # userName, family name, title, active, e-mail addresses (type, value, primary)
    ("ada@example.net", "Ampère", "Head", True, [("work", "ada@example.net", True)]),
    ("Bo@example.net", "Berg", None, False, [("home", "bo@example.org", False)]),
    ("cy@example.net", "de la Cruz", "clerk", True, []),
    ("dee@example.net", None, 'says "hi" \\o/', None, [("work", "DEE@EXAMPLE.NET", True)]),
    ("eve@example.net", "O'Neil", "100%_", True, [("work", "e@x.example", False), ("home", "eve@example.org", True)]),
    ("ﬁn@example.net", "Ærø", "Ångström", False, [("other", "fin@example.org", False)]),
]

FILTERS = [
    'userName eq "ADA@example.net"',
    'userName ne "bo@example.net"',
    'userName sw "c"',
    'userName ew "EXAMPLE.NET"',
    'userName gt "cy@example.net"',
    'userName le "cy@example.net"',
    "active eq true",
    "active eq false",
    "not (active eq true)",
    "title pr",
    "not (title pr)",
    'title co "L"',
    'title eq "100%_"',
    'title co "%"',
    'title eq "says \\"hi\\" \\\\o/"',
    'name.familyName sw "O\'"',
    'name.familyName co "mp\\u00e8r"',
    "name pr and active eq true",
    'emails.value ew "@example.org"',
    'emails.type eq "work" and emails.value co "example.org"',
    'emails[type eq "work" and value co "example.org"]',
    'emails[type eq "WORK" and value co "EXAMPLE.NET"]',
    'emails[not (type eq "work")]',
    "emails.primary eq true",
    'active eq true or title eq "Head" and userName sw "z"',
    '(active eq true or title eq "Head") and userName sw "z"',
    'urn:ietf:params:scim:schemas:core:2.0:User:userName eq "bo@example.net"',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "tooling"',
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department pr",
    'meta.resourceType eq "User"',
    'meta.created gt "2020-01-01T00:00:00Z"',
    'externalId eq "ada"',
    'externalId eq "ADA"',
    'schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"',
]


def person(User, index):
    name, family, title, active, emails = PEOPLE[index]
    body = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": name,
        "externalId": name.split("@")[0],
        "name": {"familyName": family} if family else None,
        "title": title,
        "active": active,
        "emails": [{"type": t, "value": v, "primary": p} for t, v, p in emails] or None,
    }
    if index % 2 == 0:
        enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
        body["schemas"].append(enterprise)
        body[enterprise] = {"department": "Tooling" if index else "Sales"}
    return User.model_validate({key: value for key, value in body.items() if value is not None})


def filters(scim, User):
    everybody = scim.query(User).resources
    assert len(everybody) == len(PEOPLE), len(everybody)
    for text in FILTERS:
        request = SearchRequest[User](filter=text)
        found = scim.query(User, query_parameters=request)
        ours = sorted(user.user_name for user in found.resources or [])
        theirs = sorted(user.user_name for user in everybody if request.filter.match(user))
        assert found.total_results == len(ours), text
        assert ours == theirs, f"{text}\n  the server: {ours}\n  scim2-models: {theirs}"


def pages(scim, User):
    """By cursor, every user once and in order; by index, the same."""
    wanted = sorted((user.user_name for user in scim.query(User).resources), key=str.lower)
    seen, cursor = [], ""
    while cursor is not None:
        page = scim.query(User, query_parameters=SearchRequest(sort_by="userName", cursor=cursor, count=4))
        assert page.total_results == len(wanted)
        assert len(page.resources) <= 4
        seen += [user.user_name for user in page.resources]
        cursor = page.next_cursor
    assert seen == wanted, seen
    by_index = []
    for start in range(1, len(wanted) + 1, 4):
        page = scim.query(User, query_parameters=SearchRequest(sort_by="userName", start_index=start, count=4))
        by_index += [user.user_name for user in page.resources]
    assert by_index == wanted, by_index
    only = scim.query(User, query_parameters=ResponseParameters(attributes=["userName"]))
    assert all(user.title is None and user.user_name for user in only.resources)


def versions(scim, User):
    """A change moves the version, the same change again does not, and an old version is refused."""
    user = scim.query(User, query_parameters=SearchRequest(filter='userName eq "cy@example.net"')).resources[0]
    before = user.meta.version
    patch = PatchOp[User](operations=[PatchOperation(op="replace", path="title", value="Foreman")])
    after = scim.modify(User, user.id, patch)
    assert after.title == "Foreman" and after.meta.version != before
    assert scim.modify(User, user.id, patch).meta.version == after.meta.version
    user.title = "Late"
    try:
        scim.replace(user)
    except PreconditionFailedException:
        pass
    else:
        raise AssertionError("an old version was replaced")
    fresh = scim.query(User, user.id)
    fresh.title = "In time"
    assert scim.replace(fresh).title == "In time"


def groups(scim, User, Group):
    users = scim.query(User).resources
    members = [{"value": user.id} for user in users[:2]]
    group = scim.create(Group(display_name="Everybody", members=members))
    assert {member.value for member in group.members} == {user.id for user in users[:2]}
    assert all(member.type == "User" and member.ref for member in group.members)
    assert [found.value for found in scim.query(User, users[0].id).groups] == [group.id]
    scim.delete(User, users[0].id)
    assert [member.value for member in scim.query(Group, group.id).members] == [users[1].id]
    mixed = scim.search(SearchRequest(filter='meta.resourceType eq "Group"'))
    assert mixed.total_results == 1, mixed.total_results


def bulk(scim, User, Group):
    request = BulkRequest[User | Group](
        operations=[
            BulkOperation[Group](
                method="POST",
                path="/Groups",
                bulk_id="crew",
                data=Group(display_name="Crew", members=[{"value": "bulkId:gus"}]),
            ),
            BulkOperation[User](method="POST", path="/Users", bulk_id="gus", data=User(user_name="gus@example.net")),
            BulkOperation[User](method="POST", path="/Users", bulk_id="twin", data=User(user_name="GUS@example.net")),
        ]
    )
    answer = scim.bulk(request)
    assert [done.status for done in answer.operations] == [201, 201, 409], answer
    assert answer.operations[2].response.scim_type == "uniqueness"
    assert answer.operations[2].location is None
    gus = answer.operations[1].location.rsplit("/", 1)[1]
    crew = answer.operations[0].location.rsplit("/", 1)[1]
    assert [member.value for member in scim.query(Group, crew).members] == [gus]


def main(url, version):
    headers = {"Authorization": f"Bearer {os.environ['SCIM_TOKEN']}"}
    client = Client(base_url=url, headers=headers, http1=version == "1", http2=version == "2")
    spoken = client.get("/ServiceProviderConfig")
    assert spoken.http_version.startswith(f"HTTP/{version}"), spoken.http_version
    assert spoken.json()["meta"]["location"] == f"{url}/ServiceProviderConfig", spoken.text
    scim = SyncSCIMClient(client)
    scim.discover()
    User, Group = scim.get_resource_model("User"), scim.get_resource_model("Group")
    for index in range(len(PEOPLE)):
        created = scim.create(person(User, index))
        assert created.id and created.meta.location.endswith(f"/Users/{created.id}")
    filters(scim, User)
    pages(scim, User)
    versions(scim, User)
    groups(scim, User, Group)
    bulk(scim, User, Group)
    print("lived")


if __name__ == "__main__":
    main(*sys.argv[1:])
