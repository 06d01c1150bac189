"""What is printed on a package or a label, read and written: pure.

``gs1``      what a hand scanner typed, as the lot of a package (GS1 element strings)
``symbols``  Data Matrix and QR codes, as images
``keyed``    numbers that carry a check character, so that a mistyped one is none
"""
