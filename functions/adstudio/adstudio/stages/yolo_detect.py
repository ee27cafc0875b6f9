"""`adstudio yolo_detect`: find what must not be hidden."""

import argparse

from adstudio.options import add_options
from adstudio.workspace import MASK, Workspace
from commandline import progress

HELP = "find what must not be hidden"
OPTIONS = ("image", "image-url", "allow-local-addresses", "detector", "labels")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_options(parser, *OPTIONS)


def run(args: argparse.Namespace) -> int:
    """Leaves `forbidden.png`: white where something must not be hidden, else black."""
    from PIL import Image

    workspace = Workspace(args)
    image = workspace.image()
    progress.report(20, "looking for what must stay visible")
    if args.detector is not None:
        from adstudio.boxes import yolo
        from adstudio.boxes.box import mask_of

        detector, found = args.detector.name, yolo.detect(image, args.detector, args.labels)
        mask = mask_of((one.box for one in found), image.width, image.height)
    else:
        from adstudio.boxes import saliency

        salient = saliency.detect(image)
        detector, found, mask = "saliency", salient.detections, salient.mask
    workspace.leave_image(MASK, Image.fromarray(mask * 255))
    share = round(float(mask.mean()), 4)
    boxes = [one.as_dict() for one in found]
    return workspace.finish("yolo_detect", {"detector": detector, "boxes": boxes, "forbidden_share": share})
