import Testing

extension EndToEnd {
  @Test("The command lines of a docker tutorial work with davit for docker, letter for letter")
  func tutorial() throws {
    try inSandbox { sandbox in
      try sandbox.shell("mkdir -p bin data/local/app && ln -s \(Sandbox.binaries)/davit bin/docker")
      for name in ["ubuntu:14.04", "nginx:v2", "wida/server:v1"] {
        #expect(try sandbox.davit("tag", "busybox", name).status == 0)
      }
      // The image of a server has a program and a port that it says it listens on.
      try sandbox.write(
        "Dockerfile", "FROM wida/server:v1\nEXPOSE 50051\nCMD [\"nc\", \"-ll\", \"-p\", \"50051\", \"-e\", \"cat\"]\n")
      let script = """
        set -e
        say() { echo "> $*"; "$@"; }
        say docker build -q -t damo:v1 .
        say docker images
        say docker images -a
        say docker image ls -f dangling=true
        say docker image prune -f
        test "$(docker run ubuntu:14.04 /bin/echo 'Hello world')" = 'Hello world'
        say docker run -id -p 8000:80 --name webserver nginx:v2
        say docker ps -a
        say docker exec webserver touch /marked
        say docker stop -t 0 webserver
        say docker start webserver
        say docker commit --author "xxx<xxx@xxx.com>" --message "nginx" webserver nginx:v2
        test "$(docker image inspect -f '{{.Author}}|{{.Comment}}' nginx:v2)" = 'xxx<xxx@xxx.com>|nginx'
        docker run --rm nginx:v2 test -e /marked
        docker tag $(docker image ls -q nginx:v2) wida/nginx:v1
        say docker stop -t 0 webserver
        say docker rm webserver
        say docker container prune -f
        say docker volume create myvol
        say docker run -id -v myvol:/data/app --name damov1 damo:v1
        docker exec damov1 sh -c 'echo kept >/data/app/file'
        say docker rm -f damov1
        test "$(docker run --rm -v myvol:/data/app damo:v1 cat /data/app/file)" = kept
        say docker run -id -v "$PWD/data/local/app:/data/app" --name damov1 damo:v1
        docker exec damov1 touch /data/app/here && test -e data/local/app/here
        docker rm -f damov1
        say docker run -d -P --name damov1 damo:v1
        docker port damov1 50051 | grep -Eq '^0.0.0.0:[0-9]+$'
        docker rm -f damov1
        say docker run -id -p 8010:50051 --name damov1 damo:v1
        test "$(docker port damov1 50051/tcp | head -1)" = 0.0.0.0:8010
        test "$(echo through | nc -w 2 127.0.0.1 8010)" = through
        docker rm -f damov1
        say docker run -id -p 127.0.0.1::50051 --name damov1 damo:v1
        docker port damov1 | grep -Eq '^50051/tcp -> 127.0.0.1:[0-9]+$'
        docker rm -f damov1
        say docker run -id -p 8010:50051/udp --name damov1 damo:v1
        docker port damov1 | grep -q '^50051/udp -> 0.0.0.0:8010$'
        docker rm -f damov1
        say docker network create -d bridge mynet
        say docker run -itd --rm --name server1 --network mynet busybox sh
        docker run --rm --name server2 --network mynet busybox ping -c 1 -W 2 server1
        docker rm -f server1
        say docker network rm mynet
        say docker rmi nginx:v2
        say docker image rm $(docker image ls -q damo)
        """
      let run = try sandbox.run(
        ["sh", "-c", script],
        environment: ["PATH": "\(sandbox.folder)/project/bin:/usr/sbin:/usr/bin:/sbin:/bin"])
      #expect(run.status == 0, "\(run.both)")
    }
  }

  @Test(
    "An image made of a container is pushed to a registry and run from there",
    .enabled(if: DockerRegistry.obstacle == nil, "docker-registry is not installed"))
  func commitAndPush() throws {
    try inSandbox { sandbox in
      let registry = try DockerRegistry(sandbox)
      defer { withExtendedLifetime(registry) {} }
      let script = """
        set -e
        davit run --name web busybox sh -c 'echo made >/made'
        davit commit -c 'CMD ["cat", "/made"]' web localhost:5000/wida/nginx:v1
        davit push -q localhost:5000/wida/nginx:v1
        davit rm web
        davit rmi localhost:5000/wida/nginx:v1
        test "$(davit run --rm -q localhost:5000/wida/nginx:v1)" = made
        """
      let run = try sandbox.run(
        ["sh", "-c", script], environment: ["PATH": "\(Sandbox.binaries):/usr/sbin:/usr/bin:/sbin:/bin"])
      #expect(run.status == 0, "\(run.both)")
    }
  }
}
