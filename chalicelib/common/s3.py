"""S3. Whom it signs an address for goes straight to the bucket's region.

By default the addresses name S3 as a whole: a new bucket's are redirected for hours, which no browser does with a form
and the judge with nothing; and the judge's network knows no other name than the regional one.
"""

import functools
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@functools.cache
def client() -> "S3Client":
    regional: Any = {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"}
    # Only the fourth version of the signature can hold conditions everywhere.
    return boto3.client("s3", config=Config(signature_version="s3v4", s3=regional))
