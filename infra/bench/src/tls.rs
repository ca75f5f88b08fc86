//! TLS in front of something on loopback, by a certificate authority of its own: functions are measured with
//! the handshake that they have on AWS.

use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tests::Result;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// Where Debian and Amazon Linux keep the authorities that the machine trusts.
const TRUSTED: [&str; 2] = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"];

/// An address that answers over TLS.
#[derive(Debug)]
pub struct Tls {
    /// With `https`
    pub endpoint: String,
    /// The machine's authorities and ours: reading all of them is part of a cold start on AWS too
    pub trusted: PathBuf,
}

impl Tls {
    /// Opens TLS in front of an address, on a thread of its own until the process ends. The list of authorities is
    /// left in a folder.
    ///
    /// # Errors
    /// No free port, or a folder that cannot be written.
    pub fn before(plain: &str, folder: &std::path::Path) -> Result<Self> {
        let key = KeyPair::generate()?;
        let mut authority = CertificateParams::new(Vec::new())?;
        authority.distinguished_name.push(DnType::CommonName, "bench");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = authority.self_signed(&key)?;
        let issuer = Issuer::new(authority, key);
        let own_key = KeyPair::generate()?;
        let own = CertificateParams::new(vec!["localhost".to_owned()])?.signed_by(&own_key, &issuer)?;

        let machines = TRUSTED.iter().find_map(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
        let trusted = folder.join("authorities.pem");
        std::fs::write(&trusted, machines + &certificate.pem())?;

        let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(own_key.serialize_der()));
        let config =
            ServerConfig::builder().with_no_client_auth().with_single_cert(vec![own.der().clone()], private)?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let endpoint = format!("https://localhost:{}", listener.local_addr()?.port());
        let plain = plain.trim_start_matches("http://").to_owned();
        std::thread::Builder::new().name("tls".to_owned()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(serve(listener, acceptor, plain))
        })?;
        Ok(Self { endpoint, trusted })
    }
}

async fn serve(listener: std::net::TcpListener, acceptor: TlsAcceptor, plain: String) -> std::io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (connection, _) = listener.accept().await?;
        connection.set_nodelay(true)?;
        let (acceptor, plain) = (acceptor.clone(), plain.clone());
        tokio::spawn(async move {
            // A function that is ended hangs up in the middle of it: that is no failure.
            if let Ok(mut inner) = TcpStream::connect(plain).await
                && inner.set_nodelay(true).is_ok()
                && let Ok(mut outer) = acceptor.accept(connection).await
            {
                copy_bidirectional(&mut outer, &mut inner).await.ok();
            }
        });
    }
}
