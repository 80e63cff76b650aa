from privity.cli import main

main()
