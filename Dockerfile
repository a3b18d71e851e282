# docker build -t drchaffee .                        for any machine
# docker build -t drchaffee:cuda --target cuda .     for an NVIDIA GPU; its driver and the container toolkit are the host's

FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS projects
WORKDIR /source
# What packages are restored by, and nothing else: the restored layer stands until one of these changes.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY DrChaffee.Domain/DrChaffee.Domain.csproj DrChaffee.Domain/
COPY DrChaffee.Ingestion/DrChaffee.Ingestion.csproj DrChaffee.Ingestion/
COPY DrChaffee.Web/DrChaffee.Web.csproj DrChaffee.Web/
# Packages that a closed registry may lack; false leaves their engine out.
ARG USE_WHISPER_NET=true
ARG USE_YOUTUBE_EXPLODE=true
ENV UseWhisperNet=$USE_WHISPER_NET UseYoutubeExplode=$USE_YOUTUBE_EXPLODE UseAppHost=false DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

FROM projects AS build
ARG TARGETARCH
RUN dotnet restore DrChaffee.Web -a "${TARGETARCH:-amd64}"
COPY . .
RUN dotnet publish DrChaffee.Web -c Release -a "${TARGETARCH:-amd64}" --no-self-contained --no-restore -o /app

FROM projects AS build-cuda
ARG TARGETARCH
ENV UseCuda=true
RUN dotnet restore DrChaffee.Web -a "${TARGETARCH:-amd64}"
COPY . .
RUN dotnet publish DrChaffee.Web -c Release -a "${TARGETARCH:-amd64}" --no-self-contained --no-restore -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble AS dotnet

FROM nvidia/cuda:13.0.1-cudnn-runtime-ubuntu24.04 AS cuda
RUN --mount=type=bind,source=deploy/install-tools,target=/install-tools sh /install-tools
COPY --from=dotnet /usr/share/dotnet /usr/share/dotnet
COPY samples /app/samples
COPY --chmod=755 deploy/drchaffee /usr/local/bin/drchaffee
COPY --from=build-cuda /app /app
WORKDIR /app
ENV DATA_DIR=/data MODELS_DIR=/data/models PORT=8080 HOME=/tmp DOTNET_RUNNING_IN_CONTAINER=true DOTNET_EnableDiagnostics=0
USER 1654:1654
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD curl -fsS -o /dev/null "http://localhost:${PORT}/health/live" || exit 1
ENTRYPOINT ["drchaffee"]
CMD ["serve"]

FROM dotnet AS cpu
RUN --mount=type=bind,source=deploy/install-tools,target=/install-tools sh /install-tools
COPY samples /app/samples
COPY --chmod=755 deploy/drchaffee /usr/local/bin/drchaffee
COPY --from=build /app /app
WORKDIR /app
ENV DATA_DIR=/data MODELS_DIR=/data/models PORT=8080 HOME=/tmp DOTNET_RUNNING_IN_CONTAINER=true DOTNET_EnableDiagnostics=0
USER 1654:1654
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD curl -fsS -o /dev/null "http://localhost:${PORT}/health/live" || exit 1
ENTRYPOINT ["drchaffee"]
CMD ["serve"]
