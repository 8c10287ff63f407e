"""Writes digits.csv: scikit-learn's bundled 1,797 scanned digits as they would arrive, by day and camera.

The images are of the Optical Recognition of Handwritten Digits data set (E. Alpaydin, C. Kaynak, UCI Machine Learning
Repository, CC BY 4.0). Order, days and cameras are made up; the pixels and labels are as scanned.
"""

import csv
import datetime
import sys

import numpy as np
from sklearn.datasets import load_digits

x, y = load_digits(return_X_y=True)
order = np.random.default_rng(0).permutation(len(x))
start = datetime.datetime(2026, 3, 2, 8, tzinfo=datetime.timezone.utc)
per_day = 200

out = csv.writer(sys.stdout, lineterminator="\n")
out.writerow(["image_id", "captured_at", "camera", *(f"p{i}" for i in range(64)), "digit"])
for n, i in enumerate(order):
    day, second = divmod(n, per_day)
    at = start + datetime.timedelta(days=day, seconds=second * 120)
    camera = "abc"[n % 3]
    out.writerow([f"img-{n:05d}", at.strftime("%Y-%m-%dT%H:%M:%SZ"), camera, *(int(v) for v in x[i]), y[i]])
