/// The command line of Davit.
public enum Program {
  public static func run() -> Int32 { 0 }
}
