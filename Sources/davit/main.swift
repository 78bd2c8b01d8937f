// The command line of Davit. One file per subcommand joins this one.
print("davit")
