import Diagnostics
import Testing

@testable import Presentation

private let container: JSONValue = .object([
  "Name": "shop-web-1", "ID": "5d2d", "ExitCode": 3,
  "Ports": .array([.object(["Target": 80]), .object(["Target": 81])]),
  "State": .object(["Status": "running", "Paused": false]),
  "Networks": .object(["shop_b": .object(["IP": "10.0.0.2"]), "shop_a": .object(["IP": "10.0.0.1"])]),
  "Labels": "com.example.a=1,com.example.b=two",
])

@Suite("Templates") struct Templates {
  @Test(
    "templates say what Go's say",
    arguments: [
      ("{{.Name}}: {{ .State.Status }}", "shop-web-1: running"),
      ("{{json .Ports}}", #"[{"Target":80},{"Target":81}]"#),
      ("{{.State.Paused}} {{.ExitCode}}", "false 3"),
      ("{{range .Ports}}{{.Target}} {{end}}", "80 81 "),
      ("{{range $i, $p := .Ports}}{{if $i}}, {{end}}{{$p.Target}}{{end}}", "80, 81"),
      ("{{range $name, $n := .Networks}}{{$name}}={{$n.IP}};{{end}}", "shop_a=10.0.0.1;shop_b=10.0.0.2;"),
      (#"{{(index .Networks "shop_b").IP}}"#, "10.0.0.2"),
      (#"{{index .Networks "none"}}"#, "<no value>"),
      (#"{{with .State}}{{.Status | upper}}{{end}}"#, "RUNNING"),
      ("{{if eq .ExitCode 0}}ok{{else if gt .ExitCode 2}}bad{{else}}so so{{end}}", "bad"),
      (#"{{if and .Name (not .State.Paused)}}yes{{end}}"#, "yes"),
      ("{{- /* nothing */ -}}  x {{- \"y\" -}} \n z", "xyz"),
      (#"{{.Label "com.example.b"}}{{.Label "none"}}"#, "two"),
      (#"{{printf "%-5s|%3d|%q" .ID .ExitCode .Name}}"#, "5d2d |  3|\"shop-web-1\""),
      (#"{{join (split .Labels ",") " "}}"#, "com.example.a=1 com.example.b=two"),
      ("{{$x := .Name}}{{$x}} {{$.ID}} {{len .Name}}", "shop-web-1 5d2d 10"),
      ("{{.State}}", "map[Paused:false Status:running]"),
      ("{{range .Labels}}x{{else}}none{{end}}", "none"),
      ("{{.Networks.nowhere}} {{with .Networks.nowhere}}x{{else with .State}}{{.Status}}{{end}}", "<no value> running"),
      (#"{{printf "%.3s|%05d|%x|%.2f" .ID .ExitCode .ID 1.5}}"#, "5d2|00003|35643264|1.50"),
      (#"{{slice .ID 1 3}} {{len (slice .Ports 1)}} {{print .ID .Name}} {{print 1 2}}"#, "d2 1 5d2dshop-web-1 1 2"),
      ("{{range .Ports}}{{if eq .Target 80}}{{continue}}{{end}}{{.Target}}{{end}}", "81"),
      ("{{range .Ports}}{{.Target}}{{break}}{{end}}", "80"),
      ("{{$last := 0}}{{range .Ports}}{{$last = .Target}}{{end}}{{$last}}", "81"),
      (#"{{html "<a&b>"}} {{urlquery "a b/ü"}} {{title "web app"}}"#, "&lt;a&amp;b&gt; a+b%2F%C3%BC Web App"),
      (#"{{println .ID}}{{"x" | printf "%s-%s" .ID}}"#, "5d2d\n5d2d-x"),
    ])
  func rendering(_ source: String, _ text: String) throws {
    #expect(try Template(source).render(container) == text)
  }

  @Test(
    "what an object leaves out, or has nothing of, is what Go's types have there",
    arguments: [
      (
        "{{.Config.Labels}} {{.Config.Cmd}} {{.Config.Healthcheck}} {{.Config.StopSignal}}|{{.Config.Tty}}",
        "map[] [] <nil> |false"
      ),
      ("{{json .Config.ExposedPorts}} {{.Config.ExposedPorts}} {{len .Config.ExposedPorts}}", "null map[] 0"),
      ("{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}", "none"),
      (
        #"{{index .Config.Labels "a"}}|{{.Config.Labels.a}}|{{index .Labels "b"}}|{{index .Labels "none"}}"#,
        "|<no value>|2|"
      ),
      ("{{.Labels.Cmd}} {{.Networks.x.IPAddress}}", "<no value> <no value>"),
      ("{{with .Config}}{{.Entrypoint}}{{range .Env}}x{{end}}{{end}}", "[]"),
    ])
  func absent(_ source: String, _ text: String) throws {
    let object: JSONValue = .object([
      "Config": .object(["Labels": .null, "Cmd": .null, "Entrypoint": .null, "Env": .null]), "State": .object([]),
      "Labels": .object(["b": "2"]), "Networks": .object([]),
    ])
    #expect(try Template(source).render(object, .inspection) == text)
    // A mistake stays one.
    #expect(throws: Failure.self) { try Template("{{.Config.Lables}}").render(object, .inspection) }
    #expect(throws: Failure.self) { try Template("{{.Config.Healthcheck}}").render(object) }
  }

  @Test(
    "templates that are named are used, with a value of their own",
    arguments: [
      (
        #"{{define "x"}}[{{.}}{{$}}]{{end}}{{template "x" .Name}}{{range .Ports}}{{template "x" .}}{{end}}"#,
        "[aa][11][22]"
      ),
      (#"{{block "b" .Name}}<{{.}}>{{end}}{{template "b" 7}}"#, "<a><7>"),
      (#"{{define "none"}}{{.}}{{end}}{{define "unused"}}{{.Nmae}}{{end}}x"#, "x"),
      (#"{{js "a<'b"}}"#, #"a\u003C\'b"#),
    ])
  func named(_ source: String, _ text: String) throws {
    let object: JSONValue = .object(["Name": "a", "Ports": .array([1, 2])])
    #expect(try Template(source).render(object) == text)
  }

  @Test(
    "templates that are not there, or use themselves without end, are refused",
    arguments: [
      #"{{template "x"}}"#, #"{{define "x"}}{{template "x"}}{{end}}{{template "x"}}"#, #"{{define "x"}}"#,
      "{{define}}{{end}}",
    ])
  func namedWrongly(_ source: String) { #expect(throws: Failure.self) { try Template(source).render(.null) } }

  @Test("a field that does not exist is an error that lists the known ones") func unknownField() {
    let failure = #expect(throws: Failure.self) { try Template("{{.Nmae}}").render(container) }
    #expect(failure?.message == "template: there is no field .Nmae")
    #expect(failure?.hint == "known are: ExitCode, ID, Labels, Name, Networks, Ports, State")
  }

  @Test(
    "what cannot be read is refused",
    arguments: [
      "{{.Name", "{{if .Name}}", "{{end}}", "{{}}", "{{(.Name}}", #"{{"x}}"#, "{{.Name .ID}}x", "{{nope .}}",
      "{{break}}",
      "{{index .Ports 9}}", "{{slice .ID 9}}",
    ])
  func refused(_ source: String) {
    #expect(throws: Failure.self) { try Template(source).render(container) }
  }
}
