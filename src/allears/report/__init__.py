"""What a run did, as a page with pictures: read the log, measure, draw, write.

In: run folders, and what is asked of them (twins, another manifest, a clip). Out: one HTML file that needs nothing
else, and its pictures as PNG beside it. What the log does not hold is said to be absent, with what would put it there.

    runs.py  series.py      what a run folder holds
    judge.py  gains.py  matrices.py  grouping.py      numbers made of it
    explain.py              what one clip's answers come from (the only part that runs the model)
    figures/  sections/     one file a picture, one file a section
    material.py  page.py  build.py  write.py      put together
"""
