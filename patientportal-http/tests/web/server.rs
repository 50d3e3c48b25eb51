//! The server around the service, over a real connection.

use http::header::{CONNECTION, HOST};
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use patientportal_http::serve;
use patientportal_testkit::world::World;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

#[tokio::test]
async fn it_serves_pages_and_ends_when_told() {
    let world = World::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(serve(listener, crate::browser::service(&world), async {
        stopped.await.ok();
    }));

    let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let request = Request::get("/automatic").header(HOST, "portal.example.dk").body(Full::<bytes::Bytes>::default());
    let response = sender.send_request(request.unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert!(!response.headers().contains_key(CONNECTION));
    let page = response.into_body().collect().await.unwrap().to_bytes();
    assert!(String::from_utf8(page.to_vec()).unwrap().contains("Lægehuset Automatik"));

    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
    connection.await.unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any longer");
}

#[tokio::test]
async fn a4_34_endless_headers_are_refused() {
    let world = World::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(serve(listener, crate::browser::service(&world), async {
        stopped.await.ok();
    }));
    let mut stream = TcpStream::connect(address).await.unwrap();
    let line = format!("x-long: {}\r\n", "x".repeat(64 * 1024));
    stream.write_all(format!("GET / HTTP/1.1\r\nhost: portal.example.dk\r\n{line}").as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 431");
    drop(stream);
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}
