# The server without the embedded database, for a PostgreSQL of your own: see docs/deploy.md.
#
# docker build -t utrop . &&
# docker run -p 8080:8080 --read-only -e SPRING_R2DBC_URL=r2dbc:postgresql://… -e SPRING_R2DBC_USERNAME=… -e SPRING_R2DBC_PASSWORD=… utrop
#
# A changed line replaces two layers: the program and its AOT cache. Maven keeps its repository in a cache mount.

FROM maven:3.9.11-eclipse-temurin-25 AS java
COPY deploy/image /build/deploy/
RUN /build/deploy/image runtime /opt/utrop/java

FROM maven:3.9.11-eclipse-temurin-25 AS build
WORKDIR /build
COPY . .
# Settings that are given to containers, and that beans depend on. Only whether they are set counts: see docs/operate.md, Start time.
ARG SPRING_R2DBC_URL=r2dbc:postgresql://db/utrop SPRING_R2DBC_USERNAME=utrop SPRING_R2DBC_PASSWORD=utrop
ARG SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI MANAGEMENT_SERVER_PORT
RUN --mount=type=cache,target=/root/.m2 mvn -B -q -Paot -DskipTests -Dexec.skip package \
    && deploy/image layers target/utrop.jar /layers
COPY --from=java /opt/utrop/java /opt/java
# PostgreSQL refuses to run as root
RUN useradd --uid 10001 utrop && mkdir /app && cp -a /layers/dependencies/. /layers/application/. /app && chown -R 10001 /app
USER 10001
RUN HOME=/tmp JAVA_HOME=/opt/java deploy/image cache target/utrop.jar /app

FROM debian:12-slim
ARG VERSION=1.0.0 REVISION=unknown
LABEL org.opencontainers.image.title="Utrop" \
    org.opencontainers.image.description="The live news API of a public body" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.version="$VERSION" \
    org.opencontainers.image.revision="$REVISION"
COPY --from=java /opt/utrop/java /opt/java
COPY --from=build /layers/dependencies /app
COPY --from=build /layers/application /app
COPY --from=build --chown=0:0 /app/utrop.aot /app/utrop.aot
ENV PATH=/opt/java/bin:$PATH LANG=C.UTF-8
WORKDIR /app
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["/app/health"]
ENTRYPOINT ["java", "@/app/java.options", "-XX:AOTCache=/app/utrop.aot", "-jar", "/app/utrop.jar"]
