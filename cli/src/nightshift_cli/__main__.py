"""``python -m nightshift_cli``"""

from nightshift_cli.main import main

main()
