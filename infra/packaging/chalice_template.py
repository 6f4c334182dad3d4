"""What Chalice makes of app.py: the SAM template, for Lambda's Python instead of the one that runs this.

    python -m infra.packaging.chalice_template --stage dev --architecture x86_64 --merge-template FILE OUT

writes OUT/sam.yaml. Chalice's own command takes the runtime from the interpreter that runs it, and packs the archives
itself; here they are placeholders, which `package` replaces (archives.py).
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from chalice.cli.factory import CLIFactory
from chalice.config import Config
from chalice.deploy import deployer, models
from chalice.deploy.appgraph import ApplicationGraphBuilder, DependencyBuilder
from chalice.deploy.swagger import CFNSwaggerGenerator
from chalice.package import (
    AppPackager,
    ResourceBuilder,
    SAMTemplateGenerator,
    TemplateDeepMerger,
    TemplateMergePostProcessor,
    YAMLTemplateSerializer,
)
from chalice.policy import AppPolicyGenerator
from chalice.utils import OSUtils

from chalicelib import wiring
from infra.packaging import runtime
from infra.packaging.archives import ROOT


class PinnedConfig(Config):
    """Chalice's configuration, but for Lambda's Python."""

    @property
    def lambda_python_version(self) -> str:
        return runtime.RUNTIME


class PlaceArchives(deployer.BaseDeployStep):
    """Names archives that are made elsewhere."""

    def handle_deploymentpackage(self, config: Config, resource: models.DeploymentPackage) -> None:
        resource.filename = "./archive.zip"


def write(stage: str, architecture: str, merged: Path, out: Path) -> None:
    """Writes the template of a stage, merged with the one in `merged`, into `out`."""
    factory = CLIFactory(str(ROOT))
    read = factory.create_config_obj(stage)
    config = PinnedConfig(
        chalice_stage=stage,
        user_provided_params={
            "chalice_app": lambda: factory.load_chalice_app(read.environment_variables),
            "lambda_architecture": architecture,
        },
        config_from_disk=read.config_from_disk,
        default_params={"project_dir": str(ROOT), "autogen_policy": False},
    )
    osutils, serializer = OSUtils(), YAMLTemplateSerializer()
    packager = AppPackager(
        SAMTemplateGenerator(config, factory.create_package_options()),
        ResourceBuilder(ApplicationGraphBuilder(), DependencyBuilder(), _stages(osutils)),
        TemplateMergePostProcessor(osutils, TemplateDeepMerger(), serializer, str(merged)),
        serializer,
        osutils,
    )
    packager.package_app(config, str(out), stage)
    # Import whatever the wiring names: a function does so only when it first needs it, in production.
    wiring.resolve_all()


def _stages(osutils: OSUtils) -> deployer.BuildStage:
    policies = AppPolicyGenerator(osutils=osutils)
    return deployer.BuildStage(
        steps=[
            deployer.InjectDefaults(),
            PlaceArchives(),
            deployer.PolicyGenerator(policy_gen=policies, osutils=osutils),
            deployer.SwaggerBuilder(swagger_generator=CFNSwaggerGenerator()),
            deployer.LambdaEventSourcePolicyInjector(),
            deployer.WebsocketPolicyInjector(),
        ]
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m infra.packaging.chalice_template", description="Chalice's template."
    )
    parser.add_argument("--stage", required=True)
    parser.add_argument("--architecture", choices=sorted(runtime.MACHINES), required=True)
    parser.add_argument("--merge-template", type=Path, required=True)
    parser.add_argument("out", type=Path)
    given: Any = parser.parse_args()
    write(given.stage, given.architecture, given.merge_template, given.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
