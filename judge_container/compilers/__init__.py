"""Programs that language files hand to an interpreter where one compiler command is not enough: `{script:jvm.py}`.

They run in the sandbox, so they import nothing of ours.
"""
