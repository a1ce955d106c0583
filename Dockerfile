# The image of the action: one static binary and the certificates to reach GitHub's API.
ARG GO_IMAGE=golang:1.26.8-alpine
FROM --platform=${BUILDPLATFORM:-linux/amd64} ${GO_IMAGE} AS build
ARG TARGETOS=linux
ARG TARGETARCH
ARG VERSION=
WORKDIR /src
COPY go.mod go.sum ./
COPY cmd cmd
COPY checks checks
COPY internal internal
COPY sarif sarif
RUN --mount=type=cache,target=/root/.cache/go-build --mount=type=cache,target=/go/pkg/mod \
    CGO_ENABLED=0 GOOS=${TARGETOS} GOARCH=${TARGETARCH} \
    go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /prodcheck ./cmd/prodcheck

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /prodcheck /prodcheck
# Root on purpose: the runner mounts the workspace with its own user's permissions, and only root reads it and writes the report
# beside it whoever that is (docs.github.com, Dockerfile support for GitHub Actions: USER). The binary needs no capability, no
# network for a scan, and works on a read-only root.
ENTRYPOINT ["/prodcheck"]
CMD ["action"]
