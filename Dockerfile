FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
# --build-arg USE_CUDA=true: for a GPU; the image below then needs CUDA 13 and cuDNN 9 as well.
ARG USE_CUDA=false
RUN dotnet publish DrChaffee.Web -c Release -o /app -p:UseAppHost=false -p:UseWhisperNet=true -p:UseYoutubeExplode=true -p:UseCuda=$USE_CUDA

FROM mcr.microsoft.com/dotnet/aspnet:10.0
# The distribution's yt-dlp is too old for most sites within months; pip has the current one.
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl ffmpeg libgomp1 python3 python3-venv \
    && python3 -m venv /opt/yt-dlp \
    && /opt/yt-dlp/bin/pip install --no-cache-dir yt-dlp \
    && ln -s /opt/yt-dlp/bin/yt-dlp /usr/local/bin/yt-dlp \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY --from=build /app .
COPY wwwroot-assets wwwroot-assets
COPY samples samples
COPY --chmod=755 deploy/drchaffee /usr/local/bin/drchaffee
RUN install -d -o "$APP_UID" -g "$APP_UID" /data

ENV DATA_DIR=/data MODELS_DIR=/data/models PORT=8080
USER $APP_UID
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=6 \
    CMD curl -fsS "http://localhost:${PORT}/health/live" || exit 1
ENTRYPOINT ["drchaffee"]
CMD ["serve"]
