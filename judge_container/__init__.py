"""The untrusted half of the judge: runs one submission in a sandbox and reports what its processes did.

Standard library only, and nothing of `chalicelib` but `judge_protocol`, which the image carries beside this package.
"""
