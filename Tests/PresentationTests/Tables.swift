import Testing

@testable import Presentation

@Suite("Tables") struct Tables {
  @Test("columns are as wide as their widest cell, three blanks apart, and never narrower than ten")
  func widths() {
    var table = Table(["NAME", "IMAGE", "STATUS"])
    table.rows = [["clidemo-longer-name-1", "busybox:local", "Up 2 seconds"], ["a", "b", ""]]
    #expect(
      table.text == """
        NAME                    IMAGE           STATUS
        clidemo-longer-name-1   busybox:local   Up 2 seconds
        a                       b               \n
        """)
    var narrow = Table(["A", "B"])
    narrow.rows = [["x", "y"]]
    #expect(narrow.text == "A         B\nx         y\n")
  }

  @Test("without rows there are still the headings") func empty() {
    #expect(Table(["DRIVER", "VOLUME NAME"]).text == "DRIVER    VOLUME NAME\n")
  }

  @Test("what fills two columns of the terminal counts as two, what fills none as none")
  func wide() {
    #expect(DisplayWidth.of("日本") == 4)
    #expect(DisplayWidth.of("e\u{301}") == 1)
    #expect(DisplayWidth.of("🚀") == 2)
    #expect(DisplayWidth.of("…") == 1)
    var table = Table(["NAME", "X"])
    table.rows = [["日本語のサービス名", "1"], ["ascii", "2"]]
    #expect(table.text == "NAME                 X\n日本語のサービス名   1\nascii                2\n")
  }
}
