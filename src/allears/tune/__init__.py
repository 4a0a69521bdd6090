"""Search for the best settings of a recipe: weights, rates, sharing, balancer, anything `--set` reaches.

In: a recipe and a space. Out: a study on disk (Optuna's journal, which several processes share), runs, the best recipe.

    space.py        what is searched         trial.py    one choice, trained and judged
    study.py        the search               show.py     what was found, as table and picture
"""
