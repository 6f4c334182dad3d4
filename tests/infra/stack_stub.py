"""CloudFormation in memory: stacks, change sets, imports, failures and rollbacks (see cloud_stub.py)."""

import copy
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from infra.aws import table_indexes
from tests.infra.cloud_stub import Account, Params, Refused

PAGE: Final = 100  # events, as on AWS
CHANGEABLE: Final = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}


class Failure(Exception):
    """The reason that stands in the event."""


@dataclass
class Resource:
    kind: str
    physical_id: str
    properties: Params


@dataclass
class Stack:
    name: str
    stack_id: str
    status: str
    then: str = ""
    """What it becomes when somebody has seen it as it is."""
    template: Params = field(default_factory=lambda: {"Resources": {}})
    parameters: dict[str, str] = field(default_factory=dict)
    resources: dict[str, Resource] = field(default_factory=dict)
    events: list[Params] = field(default_factory=list)
    is_protected: bool = False
    token: str = ""
    gone: dict[str, Resource] = field(default_factory=dict)
    """What it deleted, which lists of its resources go on naming."""
    unreverted: dict[str, Resource] = field(default_factory=dict)

    def tell(self, logical_id: str, status: str, reason: str = "") -> None:
        physical = self.stack_id if logical_id == self.name else logical_id
        told = {"StackId": self.stack_id, "EventId": str(len(self.events)), "StackName": self.name}
        told |= {"LogicalResourceId": logical_id, "PhysicalResourceId": physical, "ResourceStatus": status}
        told |= {"ResourceStatusReason": reason} if reason else {}
        self.events.insert(0, {**told, "ClientRequestToken": self.token, "Timestamp": datetime.now(UTC)})

    def end(self, status: str, began: str) -> None:
        self.tell(self.name, status)
        self.status, self.then = began, status


@dataclass
class CloudFormation:
    account: Account
    fails: Callable[[str, str], bool] = lambda logical_id, step: False
    """Whether a resource fails at a step: create, update, revert, delete or import."""
    rolls_back: bool = True
    """Whether a creation that fails is taken back, which who begins it may forbid."""
    stacks: list[Stack] = field(default_factory=list)
    """Also those that are deleted, which are known by their ids alone."""
    change_sets: dict[str, Params] = field(default_factory=dict)
    made: int = 0
    takes_in: bool = False
    """Whether what is there already, under a name that stands in the template as it is, becomes the stack's."""

    # --- What is asked ------------------------------------------------------------------------------------------------

    def describe_stacks(self, params: Params) -> Params:
        stack = self._find(params["StackName"])
        known = {"StackName": stack.name, "StackId": stack.stack_id, "StackStatus": stack.status}
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in stack.parameters.items()]
        shown = {**known, "Parameters": given, "Outputs": self._outputs(stack), "CreationTime": datetime.now(UTC)}
        stack.status, stack.then = stack.then or stack.status, ""
        return {"Stacks": [{**shown, "EnableTerminationProtection": stack.is_protected}]}

    def create_change_set(self, params: Params) -> Params:
        name, kind = params["StackName"], params["ChangeSetType"]
        stack = self.named(name)
        if kind == "UPDATE":
            if stack is None or stack.status not in CHANGEABLE:
                raise Refused("ValidationError", f"{name} cannot be updated")
        elif stack is None:
            self.made += 1
            stack = Stack(name, f"arn:{name}/{self.made}", "REVIEW_IN_PROGRESS")
            self.stacks.append(stack)
        elif stack.status != "REVIEW_IN_PROGRESS" or kind == "IMPORT":
            raise Refused("AlreadyExistsException", f"{name} is {stack.status}")
        template = self._template(params)
        given = {
            each["ParameterKey"]: stack.parameters[each["ParameterKey"]]
            if each.get("UsePreviousValue")
            else each["ParameterValue"]
            for each in params.get("Parameters", ())
        }
        self.made += 1
        change_set = {**params, "template": template, "given": self._parameters(template, given), "stack": stack}
        if (template, change_set["given"]) == (stack.template, stack.parameters):
            change_set["failure"] = "The submitted information didn't contain changes."
        if kind == "IMPORT" and (problem := self._import_problem(change_set)):
            change_set["failure"] = problem
        self.change_sets[f"set-{self.made}"] = change_set
        return {"Id": f"set-{self.made}"}

    def describe_change_set(self, params: Params) -> Params:
        change_set = self.change_sets[params["ChangeSetName"]]
        if not change_set.pop("seen", False):
            change_set["seen"] = True
            return {"Status": "CREATE_IN_PROGRESS"}
        failure = change_set.get("failure")
        return {"Status": "FAILED", "StatusReason": failure} if failure else {"Status": "CREATE_COMPLETE"}

    def delete_change_set(self, params: Params) -> Params:
        del self.change_sets[params["ChangeSetName"]]
        return {}

    def execute_change_set(self, params: Params) -> Params:
        change_set = self.change_sets.pop(params["ChangeSetName"])
        stack: Stack = change_set["stack"]
        stack.token = params["ClientRequestToken"]
        if change_set["ChangeSetType"] == "IMPORT":
            self._import(stack, change_set)
        else:
            self.takes_in = change_set.get("ImportExistingResources", False)
            self._run(stack, change_set["template"], change_set["given"], change_set["ChangeSetType"])
        return {}

    def delete_stack(self, params: Params) -> Params:
        stack = self._find(params["StackName"])
        if stack.status.endswith("_IN_PROGRESS") and stack.status != "REVIEW_IN_PROGRESS":
            raise Refused("ValidationError", f"{stack.name} is {stack.status}")
        stack.token = params["ClientRequestToken"]
        stack.tell(stack.name, "DELETE_IN_PROGRESS")
        for logical_id in reversed(list(stack.resources)):
            policy = stack.template["Resources"][logical_id].get("DeletionPolicy", "Delete")
            if policy.startswith("Retain") or self._deleted(stack, logical_id):
                del stack.resources[logical_id]
        stack.end("DELETE_FAILED" if stack.resources else "DELETE_COMPLETE", "DELETE_IN_PROGRESS")
        return {}

    def continue_update_rollback(self, params: Params) -> Params:
        stack = self._find(params["StackName"])
        if stack.status != "UPDATE_ROLLBACK_FAILED":
            raise Refused("ValidationError", f"{stack.name} is {stack.status}")
        skipped = params.get("ResourcesToSkip", ())
        if unknown := set(skipped) - stack.resources.keys():
            raise Refused("ValidationError", f"{stack.name} has no {', '.join(sorted(unknown))}")
        stack.token = params["ClientRequestToken"]
        stack.tell(stack.name, "UPDATE_ROLLBACK_IN_PROGRESS")
        stack.unreverted = {
            logical_id: before
            for logical_id, before in stack.unreverted.items()
            if logical_id not in skipped and not self._reverted(stack, logical_id, before)
        }
        ended = "UPDATE_ROLLBACK_FAILED" if stack.unreverted else "UPDATE_ROLLBACK_COMPLETE"
        stack.end(ended, "UPDATE_ROLLBACK_IN_PROGRESS")
        return {}

    def describe_stack_events(self, params: Params) -> Params:
        events, begin = self._find(params["StackName"]).events, int(params.get("NextToken", 0))
        more = {"NextToken": str(begin + PAGE)} if len(events) > begin + PAGE else {}
        return {"StackEvents": events[begin : begin + PAGE], **more}

    def describe_stack_resources(self, params: Params) -> Params:
        return {"StackResources": self.list_stack_resources(params)["StackResourceSummaries"]}

    def list_stack_resources(self, params: Params) -> Params:
        stack = self._find(params["StackName"])
        listed = [(each, "CREATE_COMPLETE") for each in stack.resources.items()]
        listed += [(each, "DELETE_COMPLETE") for each in stack.gone.items() if each[0] not in stack.resources]
        return {
            "StackResourceSummaries": [
                {
                    "LogicalResourceId": logical_id,
                    "PhysicalResourceId": each.physical_id,
                    "ResourceType": each.kind,
                    "ResourceStatus": status,
                }
                for (logical_id, each), status in listed
            ]
        }

    def update_termination_protection(self, params: Params) -> Params:
        self._find(params["StackName"]).is_protected = params["EnableTerminationProtection"]
        return {}

    # --- What is done -------------------------------------------------------------------------------------------------

    def _run(self, stack: Stack, template: Params, given: dict[str, str], kind: str) -> None:
        before = copy.deepcopy((stack.template, stack.parameters, stack.resources))
        stack.tell(stack.name, f"{kind}_IN_PROGRESS")
        stack.template, stack.parameters = template, given
        step = ""
        try:
            for logical_id, declared in template["Resources"].items():
                step = logical_id
                self._bring(stack, logical_id, declared)
        except Failure as failure:
            # Of one moment: AWS promises no order.
            stack.tell("Another", "CREATE_FAILED", "Resource creation cancelled")
            stack.tell(step, f"{'UPDATE' if step in before[2] else 'CREATE'}_FAILED", str(failure))
            if kind == "CREATE" and not self.rolls_back:
                stack.end("CREATE_FAILED", "CREATE_IN_PROGRESS")
            else:
                self._roll_back(stack, before, kind)
            return
        for logical_id in before[2].keys() - template["Resources"].keys():
            policy = before[0]["Resources"][logical_id].get("DeletionPolicy", "Delete")
            if policy.startswith("Retain") or self._deleted(stack, logical_id):
                del stack.resources[logical_id]
        stack.end(f"{kind}_COMPLETE", f"{kind}_IN_PROGRESS")

    def _bring(self, stack: Stack, logical_id: str, declared: Params) -> None:
        properties = self._value(stack, declared.get("Properties", {}))
        held = stack.resources.get(logical_id)
        if held is None:
            self._check(logical_id, "create")
            name = declared.get("Properties", {}).get("TableName")
            if self.takes_in and name in self.account.tables:
                stack.resources[logical_id] = Resource(declared["Type"], name, properties)
                return
            physical_id = self._make(declared["Type"], f"{stack.name}-{logical_id}", properties)
            stack.resources[logical_id] = Resource(declared["Type"], physical_id, properties)
        elif held.properties != properties:
            self._check(logical_id, "update")
            self._change(held, properties)
        else:
            return
        stack.tell(logical_id, "UPDATE_COMPLETE" if held else "CREATE_COMPLETE")

    def _roll_back(self, stack: Stack, before: Any, kind: str) -> None:
        is_new = kind == "CREATE"
        stack.tell(stack.name, "ROLLBACK_IN_PROGRESS" if is_new else "UPDATE_ROLLBACK_IN_PROGRESS")
        for logical_id in reversed(list(stack.resources)):
            was = before[2].get(logical_id)
            if was is not None and was.properties != stack.resources[logical_id].properties:
                if not self._reverted(stack, logical_id, was):
                    stack.unreverted[logical_id] = was
            elif was is None:
                policy = stack.template["Resources"][logical_id].get("DeletionPolicy", "Delete")
                if policy == "Retain" or self._deleted(stack, logical_id) or not is_new:
                    del stack.resources[logical_id]
        stack.template, stack.parameters = before[:2] if not is_new else (stack.template, stack.parameters)
        is_stuck = stack.resources if is_new else stack.unreverted
        ended = "ROLLBACK_FAILED" if is_stuck else "ROLLBACK_COMPLETE"
        stack.end(ended if is_new else f"UPDATE_{ended}", f"{kind}_IN_PROGRESS")

    def _reverted(self, stack: Stack, logical_id: str, before: Resource) -> bool:
        try:
            self._check(logical_id, "revert")
            self._change(stack.resources[logical_id], before.properties)
        except Failure as failure:
            stack.tell(logical_id, "UPDATE_FAILED", str(failure))
            return False
        return True

    def _deleted(self, stack: Stack, logical_id: str) -> bool:
        resource = stack.resources[logical_id]
        try:
            self._check(logical_id, "delete")
            self._unmake(resource)
        except Failure as failure:
            stack.tell(logical_id, "DELETE_FAILED", str(failure))
            return False
        stack.tell(logical_id, "DELETE_COMPLETE")
        stack.gone[logical_id] = resource
        return True

    def _import(self, stack: Stack, change_set: Params) -> None:
        stack.tell(stack.name, "IMPORT_IN_PROGRESS")
        stack.template = change_set["template"]
        for each in change_set["ResourcesToImport"]:
            (physical_id,) = each["ResourceIdentifier"].values()
            logical_id, kind = each["LogicalResourceId"], each["ResourceType"]
            if self.fails(logical_id, "import"):
                stack.tell(logical_id, "IMPORT_FAILED", "import was denied")
                stack.resources.clear()  # which leaves them where they are
                stack.end("IMPORT_ROLLBACK_COMPLETE", "IMPORT_IN_PROGRESS")
                return
            properties = self._value(stack, stack.template["Resources"][logical_id]["Properties"])
            stack.resources[logical_id] = Resource(kind, physical_id, properties)
        stack.end("IMPORT_COMPLETE", "IMPORT_IN_PROGRESS")

    def _import_problem(self, change_set: Params) -> str:
        template = change_set["template"]
        named = {each["LogicalResourceId"]: each for each in change_set["ResourcesToImport"]}
        if named.keys() != template["Resources"].keys() or "Outputs" in template:
            return "an import may bring nothing but what it imports"
        for logical_id, each in named.items():
            ((_, physical_id),) = each["ResourceIdentifier"].items()
            if "DeletionPolicy" not in template["Resources"][logical_id]:
                return f"{logical_id} must have DeletionPolicy"
            if not any(physical_id in held for held in self._worlds()):
                return f"{physical_id} does not exist"
            if any(physical_id == one.physical_id for stack in self.stacks for one in stack.resources.values()):
                return f"{physical_id} is in another stack"
        return ""

    # --- The resources ------------------------------------------------------------------------------------------------

    def _check(self, logical_id: str, step: str) -> None:
        if self.fails(logical_id, step):
            raise Failure(f"{step} was denied")

    def _worlds(self) -> tuple[Params, ...]:
        return self.account.tables, self.account.buckets, self.account.keys, self.account.repositories

    def _make(self, kind: str, name: str, properties: Params) -> str:
        self.made += 1
        unnamed = f"{name.lower()}-{self.made}"
        match kind:
            case "AWS::DynamoDB::Table":
                return self._claim(self.account.tables, properties["TableName"], dict(properties))
            case "AWS::S3::Bucket":
                return self._claim(self.account.buckets, unnamed, {})
            case "AWS::KMS::Key":
                return self._claim(self.account.keys, unnamed, "Enabled")
            case "AWS::ECR::Repository":
                return self._claim(self.account.repositories, properties["RepositoryName"], [])
            case _:
                return unnamed

    @staticmethod
    def _claim(held: dict[str, Any], name: str, value: Any) -> str:
        if name in held:
            raise Failure(f"{name} already exists")
        held[name] = value
        return name

    def _change(self, held: Resource, properties: Params) -> None:
        if held.kind == "AWS::DynamoDB::Table":
            table = self.account.tables[held.physical_id]
            indexes = [each.get("GlobalSecondaryIndexes", ()) for each in (table, properties)]
            if len(table_indexes.changes(*indexes)) > 1:
                raise Failure("Cannot perform more than one GSI creation or deletion in a single update")
            if properties["TableName"] != held.properties["TableName"]:
                raise Failure("a new name would be a new table")
            self.account.tables[held.physical_id] = dict(properties)
        held.properties = properties

    def _unmake(self, held: Resource) -> None:
        if self.account.tables.get(held.physical_id, {}).get("DeletionProtectionEnabled"):
            raise Failure("the table is protected from deletion")
        if self.account.buckets.get(held.physical_id):
            raise Failure("the bucket is not empty")
        if held.physical_id in self.account.keys:
            self.account.keys[held.physical_id] = "PendingDeletion"
            return
        for world in self._worlds():
            world.pop(held.physical_id, None)

    # --- Templates ----------------------------------------------------------------------------------------------------

    def named(self, name: str) -> Stack | None:
        return next((each for each in self.stacks if each.name == name and each.status != "DELETE_COMPLETE"), None)

    def _find(self, name: str) -> Stack:
        by_id = next((each for each in self.stacks if each.stack_id == name), None)
        if found := by_id or self.named(name):
            return found
        raise Refused("ValidationError", f"Stack with id {name} does not exist")

    def _template(self, params: Params) -> Params:
        if "TemplateBody" in params:
            text: str | bytes = params["TemplateBody"]
        else:
            bucket, _, key = params["TemplateURL"].removeprefix("https://").partition("/")[2].partition("/")
            text = self.account.objects[bucket, key]
        template: Params = json.loads(text)
        return template

    @staticmethod
    def _parameters(template: Params, given: dict[str, str]) -> dict[str, str]:
        declared = template.get("Parameters", {})
        if unknown := given.keys() - declared.keys():
            raise Refused("ValidationError", f"Parameters: {unknown} do not exist in the template")
        values = {name: given.get(name, each.get("Default")) for name, each in declared.items()}
        if missing := [name for name, value in values.items() if value is None]:
            raise Refused("ValidationError", f"Parameters: {missing} must have values")
        return {name: str(value) for name, value in values.items()}

    def _outputs(self, stack: Stack) -> list[Params]:
        if stack.status not in CHANGEABLE:
            return []
        outputs = stack.template.get("Outputs", {}).items()
        return [
            {"OutputKey": name, "OutputValue": self._value(stack, each["Value"])}
            for name, each in outputs
            if "Condition" not in each or self._value(stack, {"Fn::If": [each["Condition"], True, False]})
        ]

    def _value(self, stack: Stack, value: Any) -> Any:
        if isinstance(value, list):
            return [self._value(stack, each) for each in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, given),) = value.items()
            if name in {"Ref", "Condition"} or name.startswith("Fn::"):
                return self._intrinsic(stack, name, given)
        return {name: self._value(stack, each) for name, each in value.items()}

    def _intrinsic(self, stack: Stack, name: str, given: Any) -> Any:
        match name:
            case "Ref":
                return self._named(stack, given)
            case "Fn::Sub":
                return re.sub(r"\$\{([^}]+)\}", lambda found: self._named(stack, found[1]), given)
            case "Fn::GetAtt":
                return f"{self._named(stack, given[0])}.{given[1]}"
            case "Fn::If":
                condition = self._value(stack, stack.template.get("Conditions", {})[given[0]])
                return self._value(stack, given[1] if condition else given[2])
            case _:
                return self._computed(name, *self._value(stack, given))

    @staticmethod
    def _computed(name: str, first: Any, second: Any = None) -> Any:
        match name:
            case "Fn::Equals":
                return first == second
            case "Fn::Not":
                return not first
            case "Fn::Split":
                return second.split(first)
            case _:
                raise Refused("ValidationError", f"the stub knows no {name}")

    @staticmethod
    def _named(stack: Stack, name: str) -> str:
        base = name.partition(".")[0]
        if base in stack.resources:
            return stack.resources[base].physical_id
        return stack.parameters.get(name, name)
